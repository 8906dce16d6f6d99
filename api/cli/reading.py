"""The graph that a reading command looks at: a document in memory, or a database at a moment."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import typer

from api.cli.collecting import uncollected
from api.cli.failures import FOUND_PROBLEMS
from api.cli.terminal import list_problems, say, waiting
from graph.commands import derived_key, examine
from graph.errors import BadUsage, ErrorCode, Violation
from graph.model.catalog import ENTITIES
from graph.model.changes import RelationChange
from graph.model.codec import BadValue, parse_moment
from graph.model.records import Record, RelationRecord
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from seeds.document import read_document


@dataclass(frozen=True, slots=True)
class Source:
    """What the options say about where to read."""

    files: Sequence[Path] | None = None
    as_of: str | None = None
    partial: bool = False
    data_dir: Path | None = None


@contextmanager
def reading(source: Source) -> Iterator[Snapshot]:
    """Give the graph to answer from; afterwards exit with 1 if its document had problems.

    A document with problems is refused with all of them, unless `partial`. Where loops are all
    that is wrong, they stay in the graph: an analysis says more about a loop than a refusal.
    """
    if not source.files:
        with _stored(source) as snapshot:
            yield snapshot
        return
    if source.as_of is not None:
        msg = "--as-of does not go with --file"
        raise BadUsage(msg, "a document has no past; ask a database")
    snapshot, problems = read_files(source.files, partial=source.partial)
    list_problems(problems)
    yield snapshot
    if problems:
        raise typer.Exit(FOUND_PROBLEMS)


@contextmanager
def _stored(source: Source) -> Iterator[Snapshot]:
    # The driver and the settings take a second to import, which a document need not pay.
    from api.engine import open_workspace, settings_for  # noqa: PLC0415

    moment = None if source.as_of is None else parse_as_of(source.as_of)
    with ExitStack() as held:
        with waiting("opening the graph"):
            opened = open_workspace(settings_for(source.data_dir), make=False)
            workspace = held.enter_context(opened)
            snapshot = workspace.snapshot() if moment is None else workspace.as_of(moment)
        yield snapshot


def parse_as_of(text: str) -> int | datetime:
    """Read a revision or an instant. BadUsage when it is neither."""
    if re.fullmatch(r"\d{1,18}", text):
        return int(text)
    try:
        moment = parse_moment(text)
    except BadValue as error:
        msg = f"--as-of {text!r} is neither a revision nor an instant"
        raise BadUsage(msg, "such as 12, 2026-03-01 or 2026-03-01T09:30:00Z") from error
    if isinstance(moment, datetime):
        return moment
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return midnight + timedelta(days=1, microseconds=-1)


def read_files(
    paths: Sequence[Path], *, partial: bool = False
) -> tuple[Snapshot, tuple[Violation, ...]]:
    """Read documents into a graph, and give what is wrong with them.

    Exits with 1, after listing the problems, when the documents cannot be used as they are.
    """
    found: list[Violation] = []
    with uncollected():
        records = [record for path in paths for record in read_document(path, found.append)]
        plan = examine(Snapshot.empty(), records)
        snapshot = Snapshot.empty().apply(plan.changes)
    problems = (*found, *plan.problems)
    if not problems or partial:
        return snapshot, problems
    if all(problem.code is ErrorCode.LOOP for problem in problems):
        return with_loops(snapshot, records, problems), problems
    list_problems(problems)
    say("nothing was read; --partial uses what is good of it", stderr=True)
    raise typer.Exit(FOUND_PROBLEMS)


def with_loops(
    snapshot: Snapshot, records: Sequence[Record], loops: Sequence[Violation]
) -> Snapshot:
    """Put the relationships that were left out for closing a loop back into the graph."""
    places = {(loop.source, loop.line, loop.subject) for loop in loops}
    bare = Snapshot.build(
        (node for kind in ENTITIES for node in snapshot.nodes(kind.cls).values()), ()
    )
    for record in records:
        if not isinstance(record, RelationRecord):
            continue
        if (record.source, record.line, _subject(record)) in places:
            # By itself, in a graph without relationships, it closes no loop.
            changes = [
                _unmixed(snapshot, change)
                for change in examine(bare, [record]).changes
                if isinstance(change, RelationChange)
            ]
            snapshot = snapshot.apply(changes)
    return snapshot


def _subject(record: RelationRecord) -> str:
    return f"{record.start} {record.type} {record.end}"


def _unmixed(snapshot: Snapshot, change: RelationChange) -> RelationChange:
    """Give a dependency whose derived key is taken by one beside it the next one that is free."""
    made = change.after
    if not isinstance(made, DependsOn) or snapshot.relation(change.ref) is None:
        return change
    keys = (derived_key(made.source, made.target, made.link, number) for number in count(2))
    relations = (replace(made, key=key) for key in keys)
    free = next(other for other in relations if snapshot.relation(other.ref) is None)
    return RelationChange(free.ref, None, free)
