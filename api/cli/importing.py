"""`import`: files of any known format into the graph, all of them or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from api.cli import options
from api.cli.collecting import uncollected
from api.cli.failures import FOUND_PROBLEMS
from api.cli.importreport import Done, report_of, tell
from api.cli.importsize import excess, too_large, within
from api.cli.terminal import screen
from api.engine import holds_graph, open_workspace, settings_for
from api.settings import Settings
from graph.commands import Import
from graph.errors import Refused, Violation
from graph.model.records import Record
from graph.model.snapshot import Snapshot
from graph.writing import Outcome
from seeds.importers import IMPORTERS, Importer, Options, importer

_FORMATS = ", ".join(known.name for known in IMPORTERS)
TICK = 500


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    made.command("import")(_import)
    return made


def _import(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {_FORMATS}.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Files or folders; - is standard input.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Write what is good, and list the rest.")
    ] = False,
    merge_duplicates: Annotated[
        bool,
        typer.Option(
            "--merge-duplicates",
            help="Make owners that are likely one into one, under the first spelling.",
        ),
    ] = False,
    actor: Annotated[str, typer.Option("--actor", help="Who writes, for the log.")] = "cli",
    idempotency_key: Annotated[
        str | None,
        typer.Option("--idempotency-key", help="A name for this write: given twice, written once."),
    ] = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    """Import files into the graph: all of a document or, with any problem, nothing.

    What cannot be read of another program's files is listed, and the rest of them is imported.
    """
    begin = perf_counter()
    notes: list[Violation] = []
    asked = Options(merge_duplicates, notes.append)
    order = Order(importer(form), paths, asked, partial, dry_run, actor, idempotency_key)
    done = _carried_out(order, settings_for(data_dir))
    seconds = perf_counter() - begin
    report = report_of(order.chosen.name, done, seconds, dry_run=dry_run, notes=notes)
    tell(report, as_json=as_json)
    if report.problems:
        raise typer.Exit(FOUND_PROBLEMS)


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for."""

    chosen: Importer
    paths: Sequence[Path]
    asked: Options
    partial: bool
    dry_run: bool
    actor: str
    key: str | None


def _carried_out(order: Order, settings: Settings) -> Done:
    new = not settings.neo4j_uri and not holds_graph(settings.data_dir)
    intent = _read(order, settings.max_changes if new and not order.partial else None)
    if new:
        # What a new graph cannot take starts no engine, and leaves no folder behind.
        done = _without_writing(order, intent, Snapshot.empty(), settings.max_changes)
        if done is not None:
            return done
    with open_workspace(settings) as workspace:
        snapshot = workspace.snapshot()
        done = _without_writing(order, intent, snapshot, settings.max_changes)
        if done is not None:
            return done
        try:
            outcome = workspace.execute(intent, actor=order.actor, idempotency_key=order.key)
        except Refused as refused:
            return _refused(intent, snapshot, refused.violations)
    return Done(len(intent.records), outcome)


def _read(order: Order, limit: int | None) -> Import:
    """Read the files; with a `limit`, no further than to the record that is too many."""
    found: list[Violation] = []
    with uncollected():
        read = order.chosen.read(order.paths, found.append, order.asked)
        records = read_records(read if limit is None else within(read, limit))
    told = tuple(found)
    if order.chosen.strict:
        return Import(records, order.partial, problems=told, now=datetime.now(UTC))
    return Import(records, order.partial, notes=told, now=datetime.now(UTC))


def read_records(found: Iterable[Record]) -> list[Record]:
    """Read all records, and say on a terminal how many there are by now."""
    console = screen(stderr=True)
    if not console.is_terminal:
        return list(found)
    records: list[Record] = []
    with console.status("reading") as status:
        for record in found:
            records.append(record)
            if len(records) % TICK == 0:
                status.update(f"{len(records):,} records read")
        status.update(f"checking and writing {len(records):,} records")
    return records


def _without_writing(order: Order, intent: Import, snapshot: Snapshot, limit: int) -> Done | None:
    """Give what becomes of an import that needs no write: it is too large, or a dry run."""
    too_many = None if intent.partial else excess(intent.records, limit, sum(snapshot.count()))
    if too_many is not None:
        return _refused(intent, snapshot, (too_many,))
    if not order.dry_run:
        return None
    try:
        plan = intent.plan(snapshot)
    except Refused as refused:
        return _refused(intent, snapshot, refused.violations)
    if len(plan.changes) > limit:
        return _refused(intent, snapshot, (too_large(f"{len(plan.changes):,} changes"),))
    return Done(len(intent.records), Outcome(snapshot.revision, plan.changes, plan.problems))


def _refused(intent: Import, snapshot: Snapshot, why: Sequence[Violation]) -> Done:
    outcome = Outcome(snapshot.revision, (), (*why, *intent.notes))
    return Done(len(intent.records), outcome, refused=True)
