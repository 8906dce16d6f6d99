"""What the commands that write single things have in common: carry out, and say what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from api.cli.failures import FOUND_PROBLEMS
from api.cli.importreport import Counts
from api.cli.terminal import list_problems, print_json, say
from api.engine import open_workspace, settings_for
from graph.commands import Command
from graph.errors import Refused, Violation
from graph.model.changes import NodeChange
from graph.workspace import Workspace
from graph.writing import Outcome

MADE_SHOWN: Final = 50

Actor: TypeAlias = Annotated[str, typer.Option("--actor", help="Who writes, for the log.")]
Once: TypeAlias = Annotated[
    str | None,
    typer.Option("--idempotency-key", help="A name for this write: given twice, written once."),
]


@dataclass(frozen=True, slots=True)
class Wrote:
    """What became of a write. `made` are the nodes that it made, KIND/KEY."""

    revision: int
    written: bool
    repeated: bool
    made: tuple[str, ...]
    nodes: Counts
    relationships: Counts
    problems: tuple[Violation, ...]


def executing(
    command: Command, actor: str, idempotency_key: str | None
) -> Callable[[Workspace], Outcome]:
    """Give what carries a command out on the workspace it is given."""
    return lambda workspace: workspace.execute(
        command, actor=actor, idempotency_key=idempotency_key
    )


def write(run: Callable[[Workspace], Outcome], data_dir: Path | None, *, as_json: bool) -> None:
    """Carry a write out on the graph that the options name; exit with 1 if it was refused."""
    with open_workspace(settings_for(data_dir), make=False) as workspace:
        try:
            wrote = _wrote(run(workspace))
        except Refused as refused:
            revision = workspace.snapshot().revision
            wrote = _wrote(Outcome(revision, (), refused.violations))
    if as_json:
        print_json(wrote)
    else:
        _say(wrote)
    if wrote.problems:
        raise typer.Exit(FOUND_PROBLEMS)


def _wrote(outcome: Outcome) -> Wrote:
    nodes = [change for change in outcome.changes if isinstance(change, NodeChange)]
    others = [change for change in outcome.changes if not isinstance(change, NodeChange)]
    return Wrote(
        revision=outcome.revision,
        written=bool(outcome.changes) and not outcome.repeated,
        repeated=outcome.repeated,
        made=tuple(str(change.ref) for change in nodes if change.before is None),
        nodes=Counts.of(nodes),
        relationships=Counts.of(others),
        problems=outcome.problems,
    )


def _say(wrote: Wrote) -> None:
    list_problems(wrote.problems)
    if wrote.problems:
        count = len(wrote.problems)
        say(f"nothing was written: {count:,} problem{'' if count == 1 else 's'}")
        return
    for made in wrote.made[:MADE_SHOWN]:
        say(f"made {made}")
    if len(wrote.made) > MADE_SHOWN:
        say(f"and {len(wrote.made) - MADE_SHOWN:,} more")
    if wrote.repeated:
        say(f"this key was written before, as revision {wrote.revision:,}; nothing was written")
    elif wrote.written:
        say(f"written as revision {wrote.revision:,}")
    else:
        say(f"it is so already, at revision {wrote.revision:,}; nothing was written")
