"""`dependency`: ask for one, promise it, and lead it to its end; or see where it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias

import typer

from api.cli import options
from api.cli.cycle import login
from api.cli.reading import Source, reading
from api.cli.tables import show
from api.cli.terminal import print_json, screen
from api.cli.writing import Actor, Once, executing, write
from graph.analyses.dependencies.conflicts import conflicts_of
from graph.analyses.teams.teamgraph import teams_of
from graph.commands import MoveDependency, RequestDependency, Step
from graph.errors import BadUsage, NotFound
from graph.model.days import today_of
from graph.model.dependencylife import REASONED, DependencyMove, moves_from
from graph.model.relations import DependsOn, RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Moment, Ref

Key: TypeAlias = Annotated[str, typer.Argument(metavar="KEY", help="The key of the dependency.")]
Dependent: TypeAlias = Annotated[
    str, typer.Argument(metavar="DEPENDENT", help="What needs the other, KIND/KEY.")
]
Needed: TypeAlias = Annotated[
    str, typer.Argument(metavar="NEEDED", help="What is needed, KIND/KEY.")
]
At: TypeAlias = Annotated[
    str | None, typer.Option("--at", metavar="DAY|INSTANT", help="When; now if left out.")
]
By: TypeAlias = Annotated[
    str, typer.Option("--by", help="Who does it; you, by your login, if left out.")
]
Note: TypeAlias = Annotated[str | None, typer.Option("--note", help="What there is to say.")]
Reason: TypeAlias = Annotated[str, typer.Option("--reason", help="Why.")]
Revision: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--expected-revision", metavar="N", help="Refused if it was written since this revision."
    ),
]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A status of a dependency, and when it entered it."""

    status: str
    at: Moment


@dataclass(frozen=True, slots=True)
class ConflictEntry:
    """What contradicts a dependency."""

    code: str
    gap_days: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dependency stands: its ends (KIND/KEY), its teams, its history, what it allows."""

    key: str
    dependent: str
    needed: str
    dependent_teams: tuple[str, ...]
    needed_teams: tuple[str, ...]
    status: str
    moves: tuple[str, ...]
    type: str | None
    criticality: str | None
    needed_by: date | None
    committed_by: date | None
    requested_by: str | None
    agreed_by: str | None
    owner: str | None
    note: str | None
    history: tuple[HistoryEntry, ...]
    conflicts: tuple[ConflictEntry, ...]


def command() -> typer.Typer:
    """Make the group."""
    made = typer.Typer(help="Lead a dependency through its life.", add_completion=False)
    made.command("request", help="Ask for one: the identified one of the two ends, or a new one.")(
        _request
    )
    made.command("agree", help="Promise one for a day.")(_agree)
    for move, words in _PLAIN.items():
        made.command(str(move), help=words)(_plain(move))
    made.command("show", help="Show where one stands, and what it allows.")(_show)
    return made


def _request(
    dependent: Dependent,
    needed: Needed,
    *,
    key: Annotated[
        str | None, typer.Option("--key", help="The key of the one meant, or of a new one.")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="delivery, knowledge, technical or approval.")
    ] = None,
    needed_by: Annotated[
        str | None, typer.Option("--needed-by", metavar="DAY", help="The day it is needed.")
    ] = None,
    criticality: Annotated[
        str | None, typer.Option("--criticality", help="low, medium, high or critical.")
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Who looks after it.")] = None,
    at: At = None,
    by: By = "",
    note: Note = None,
    expected_revision: Revision = None,
    actor: Actor = "cli",
    idempotency_key: Once = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    given: dict[str, Json] = {"type": type_, "needed_by": needed_by, "owner": owner}
    properties = _given({**given, "criticality": criticality})
    ends, step = (_end(dependent), _end(needed)), _step(at, by, note)
    intent = RequestDependency(*ends, step, key, properties, expected_revision)
    write(executing(intent, actor, idempotency_key), data_dir, as_json=as_json)


def _agree(
    key: Key,
    *,
    committed_by: Annotated[
        str | None,
        typer.Option("--committed-by", metavar="DAY", help="The day it is promised for."),
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Who looks after it.")] = None,
    at: At = None,
    by: By = "",
    note: Note = None,
    expected_revision: Revision = None,
    actor: Actor = "cli",
    idempotency_key: Once = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    properties = _given({"committed_by": committed_by, "owner": owner})
    step = _step(at, by, note)
    intent = MoveDependency(_bare(key), DependencyMove.AGREE, step, properties, expected_revision)
    write(executing(intent, actor, idempotency_key), data_dir, as_json=as_json)


_PLAIN: Mapping[DependencyMove, str] = {
    DependencyMove.START: "Begin to work on one that was promised.",
    DependencyMove.RESOLVE: "Say that one was delivered.",
    DependencyMove.REJECT: "Refuse one, and say why.",
    DependencyMove.CANCEL: "Give one up that is no longer needed, and say why.",
    DependencyMove.REOPEN: "Take back how one ended, and say why.",
}


def _plain(move: DependencyMove) -> Callable[..., None]:
    """Give the function of a move that takes nothing but when, who and why."""

    def noted(
        key: Key,
        at: At = None,
        by: By = "",
        note: Note = None,
        expected_revision: Revision = None,
        actor: Actor = "cli",
        idempotency_key: Once = None,
        as_json: options.AsJson = False,
        data_dir: options.DataDir = None,
    ) -> None:
        intent = MoveDependency(_bare(key), move, _step(at, by, note), {}, expected_revision)
        write(executing(intent, actor, idempotency_key), data_dir, as_json=as_json)

    def reasoned(
        key: Key,
        reason: Reason,
        at: At = None,
        by: By = "",
        expected_revision: Revision = None,
        actor: Actor = "cli",
        idempotency_key: Once = None,
        as_json: options.AsJson = False,
        data_dir: options.DataDir = None,
    ) -> None:
        noted(
            *(key, at, by, reason, expected_revision, actor, idempotency_key),
            as_json=as_json,
            data_dir=data_dir,
        )

    return reasoned if move in REASONED else noted


def _show(
    key: Key,
    as_json: options.AsJson = False,
    as_of: options.AsOf = None,
    file: options.Files = None,
    partial: options.Partial = False,
    data_dir: options.DataDir = None,
) -> None:
    with reading(Source(file, as_of, partial, data_dir)) as snapshot:
        found = standing(snapshot, _bare(key), today_of(snapshot, datetime.now(UTC)))
    if as_json:
        print_json(found)
    else:
        show(screen(), found, lambda _, __: None)


def standing(snapshot: Snapshot, key: str, today: date) -> Standing:
    """Tell where a dependency stands. NotFound when there is none of this key."""
    link = snapshot.relation(RelationRef(DependsOn.TYPE, key))
    if not isinstance(link, DependsOn):
        msg = f"there is no {DependsOn.TYPE}/{key}"
        raise NotFound(msg, "`analyze dependencies` and `export` list the keys")
    return Standing(
        link.key,
        *(str(link.source), str(link.target)),
        *(teams_of(snapshot, link.source), teams_of(snapshot, link.target)),
        str(link.status),
        tuple(map(str, moves_from(link.status))),
        str(link.type) if link.type else None,
        str(link.criticality) if link.criticality else None,
        link.needed_by,
        link.committed_by,
        *(link.requested_by, link.agreed_by, link.owner, link.note),
        history=tuple(HistoryEntry(str(entry.status), entry.at) for entry in link.statuses),
        conflicts=tuple(
            ConflictEntry(row.code, row.gap_days, row.reason)
            for row in conflicts_of(snapshot, link, today)
        ),
    )


def _bare(key: str) -> str:
    return key.removeprefix(f"{DependsOn.TYPE}/")


def _end(text: str) -> Ref:
    try:
        return Ref.parse(text)
    except ValueError as error:
        msg = f"{text!r} names nothing that can depend or be needed"
        raise BadUsage(msg, "written as KIND/KEY, such as Team/alpha") from error


def _step(at: str | None, by: str, note: str | None) -> Step:
    return Step(datetime.now(UTC), by or login(), at, note)


def _given(properties: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in properties.items() if value is not None}
