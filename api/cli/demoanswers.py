"""The answers of the demo, each a question that the graph answers and a list does not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Final

from rich.console import Console
from rich.text import Text

from api.cli.naming import name_of
from api.cli.tables import print_table
from api.cli.trace import show_trace
from graph.analyses.dependencies.conflicts import Conflicts
from graph.analyses.dependencies.impact import Impact
from graph.analyses.dependencies.slipresult import ImpactOfSlip
from graph.analyses.goals.trace import trace
from graph.analyses.goals.tracetree import TraceNode
from graph.analyses.parameters import ParameterValue
from graph.analyses.registry import analysis
from graph.analyses.teams.bottlenecks import WEIGHTS, Bottlenecks
from graph.errors import NotFound
from graph.model.days import today_of
from graph.model.entities import Company
from graph.model.relations import Owns
from graph.model.snapshot import Snapshot

PROPOSAL: Final = "WorkItem/kep-3063"
SLIPPING: Final = "Team/sig-node"
SLIP_DAYS: Final = 10.0
COMPANY: Final = "sourcegraph"
ROWS: Final = 8
DEPENDED_ON: Final = dict.fromkeys(WEIGHTS, 0.0) | {
    "fan_in": 4.0,
    "dependents": 1.0,
    "betweenness": 1.0,
}
"""The question is who is needed, not who is busy: the other signs of a bottleneck count nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, how it is answered, and the command that gives the whole answer."""

    question: str
    give: Callable[[Snapshot, Console, date], None]
    whole: str


def show_answers(console: Console, snapshot: Snapshot, data_dir: str) -> None:
    """Answer the questions, each with the time it took."""
    today = today_of(snapshot, datetime.now(UTC))
    for number, answer in enumerate(ANSWERS, 1):
        begin = perf_counter()
        console.print()
        console.print(Text(f"{number}. {answer.question}", "bold"))
        try:
            answer.give(snapshot, console, today)
        except NotFound as missing:  # the graph is the user's to alter
            console.print(Text(missing.message, "dim"))
        took = f"{(perf_counter() - begin) * 1000:.0f} ms"
        more = f"all of it: headwater {answer.whole} --data-dir {data_dir}"
        console.print(Text(f"{took}; {more}", "dim"), soft_wrap=True)


def _bottlenecks(snapshot: Snapshot, console: Console, today: date) -> None:
    found = analysis("bottlenecks").call(snapshot, {"weights": dict(DEPENDED_ON), "today": today})
    assert isinstance(found, Bottlenecks)
    rows = [(team.rank, team.key, team.score, team.why) for team in found.teams[:ROWS]]
    print_table(console, "", ["rank", "key", "score", "why"], rows)


def _slip(snapshot: Snapshot, console: Console, today: date) -> None:
    given: dict[str, ParameterValue] = {"root": SLIPPING, "days": SLIP_DAYS, "today": today}
    found = analysis("impact-of-slip").call(snapshot, given)
    assert isinstance(found, ImpactOfSlip)
    console.print(Text(found.summary), soft_wrap=True)
    rows = [
        (team.key, team.items, team.before, team.after, team.path) for team in found.teams[:ROWS]
    ]
    print_table(console, "", ["team", "items", "before", "after", "path"], rows)
    unsaid = f"and {found.team_count - len(rows)} teams more; " if found.team_count > ROWS else ""
    text = f"{unsaid}{found.assumption_count} assumptions, since the data has no durations"
    console.print(Text(text, "dim"))


def _impact(snapshot: Snapshot, console: Console, today: date) -> None:
    del today  # who is hit does not hang on the day
    found = analysis("impact").call(snapshot, {"root": PROPOSAL})
    assert isinstance(found, Impact)
    rows = [
        (target.key, name_of(snapshot, target.kind, target.key), target.distance, target.path)
        for target in found.targets
    ]
    print_table(console, "", ["key", "name", "distance", "path"], rows)


def _conflicts(snapshot: Snapshot, console: Console, today: date) -> None:
    found = analysis("conflicts").call(snapshot, {"today": today})
    assert isinstance(found, Conflicts)
    rows = [
        (row.dependent.key, row.needed.key, ", ".join(row.needed.teams), row.gap_days, row.reason)
        for row in found.conflicts[:ROWS]
    ]
    print_table(console, "", ["key", "needs", "of", "days", "reason"], rows)
    if found.count > len(rows):
        console.print(Text(f"and {found.count - len(rows)} more", "dim"))


def _objective(snapshot: Snapshot, console: Console, today: date) -> None:
    del today  # likewise
    company = snapshot.node(Company, COMPANY)
    owned = () if company is None else snapshot.out(company.ref, Owns)
    traces = [trace(snapshot, root=str(link.target)) for link in owned]
    if not traces:
        msg = f"the company {COMPANY} owns no objective"
        raise NotFound(msg)
    show_trace(console, max(traces, key=lambda found: (_size(found.down), found.root)))


def _size(node: TraceNode) -> int:
    return 1 + sum(map(_size, node.children))


ANSWERS: Final = (
    Answer(
        "Which teams does the rest of Kubernetes depend on most, and why?",
        _bottlenecks,
        "analyze bottlenecks --weights " + ",".join(f"{k}={w:g}" for k, w in DEPENDED_ON.items()),
    ),
    Answer(
        "What waits on proposal 3063, dynamic resource allocation, and by which path?",
        _impact,
        f"impact {PROPOSAL}",
    ),
    Answer(
        f"What if all that SIG Node still owes slips {SLIP_DAYS:g} days: which teams, by which path, until when?",
        _slip,
        f"analyze impact-of-slip {SLIPPING} --days {SLIP_DAYS:g}",
    ),
    Answer(
        "Where do hard links contradict the releases that were promised?",
        _conflicts,
        "analyze conflicts",
    ),
    Answer(
        "What does an objective of Sourcegraph consist of, from the company to its leaves?",
        _objective,
        f"trace Company/{COMPANY}",
    ),
)
