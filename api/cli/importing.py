"""`import`: files of any known format into the graph, all of them or none."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from api.cli import options
from api.cli.collecting import uncollected
from api.cli.failures import FOUND_PROBLEMS
from api.cli.importreport import report_of, tell
from api.cli.terminal import screen
from api.engine import holds_graph, open_workspace, settings_for
from graph.commands import Import, examine
from graph.errors import Refused, Violation
from graph.model.records import Record
from graph.model.snapshot import Snapshot
from graph.workspace import Outcome, Workspace
from seeds.importers import IMPORTERS, Importer, importer

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
    actor: Annotated[str, typer.Option("--actor", help="Who writes, for the log.")] = "cli",
    idempotency_key: Annotated[
        str | None,
        typer.Option("--idempotency-key", help="A name for this write: given twice, written once."),
    ] = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    """Import files into the graph: all of it or, with any problem, nothing."""
    begin = perf_counter()
    chosen = importer(form)
    found: list[Violation] = []
    with uncollected():
        records = read_records(chosen, paths, found)
    intent = Import(records, partial, tuple(found))
    settings = settings_for(data_dir)
    if dry_run and not settings.neo4j_uri and not holds_graph(settings.data_dir):
        outcome = _planned(Snapshot.empty(), intent)
    else:
        with open_workspace(settings) as workspace:
            outcome = _carried_out(workspace, intent, actor, idempotency_key, dry_run=dry_run)
    seconds = perf_counter() - begin
    report = report_of(chosen.name, len(records), outcome, seconds, dry_run=dry_run)
    tell(report, as_json=as_json)
    if report.problems:
        raise typer.Exit(FOUND_PROBLEMS)


def read_records(
    chosen: Importer, paths: Sequence[Path], problems: list[Violation]
) -> list[Record]:
    """Read all records, and say on a terminal how many there are by now."""
    console = screen(stderr=True)
    found = chosen.read(paths, problems.append)
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


def _carried_out(
    workspace: Workspace, intent: Import, actor: str, key: str | None, *, dry_run: bool
) -> Outcome:
    if dry_run:
        return _planned(workspace.snapshot(), intent)
    try:
        return workspace.execute(intent, actor=actor, idempotency_key=key)
    except Refused as refused:
        return Outcome(workspace.snapshot().revision, (), refused.violations)


def _planned(snapshot: Snapshot, intent: Import) -> Outcome:
    plan = examine(snapshot, intent.records)
    problems = (*intent.problems, *plan.problems)
    return Outcome(
        snapshot.revision, plan.changes if intent.partial or not problems else (), problems
    )
