"""What became of an import, for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from api.cli.terminal import list_problems, print_json, say
from graph.commands.importing import KEPT
from graph.errors import ErrorCode, Violation
from graph.model.changes import Change, NodeChange
from graph.writing import Outcome


@dataclass(frozen=True, slots=True)
class Counts:
    """How many things were made, altered and removed."""

    created: int
    updated: int
    deleted: int

    @classmethod
    def of(cls, changes: Sequence[Change]) -> "Counts":
        """Count changes."""
        created = sum(change.before is None for change in changes)
        deleted = sum(change.after is None for change in changes)
        return cls(created, len(changes) - created - deleted, deleted)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of so many records. `refused`: for its problems, nothing of them is taken."""

    records: int
    outcome: Outcome
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an import.

    `written` says that the graph was altered; a dry run, a repeated key and a refusal do not.
    `refused` says that the problems are why; otherwise they are of what was left out, or of what
    was taken as it is and looks wrong. `notes`
    tell what was done on request; they are no problems.
    """

    format: str
    records: int
    revision: int
    written: bool
    dry_run: bool
    repeated: bool
    refused: bool
    nodes: Counts
    relationships: Counts
    problems: tuple[Violation, ...]
    notes: tuple[Violation, ...]
    seconds: float


def report_of(
    form: str,
    done: Done,
    seconds: float,
    *,
    dry_run: bool = False,
    notes: Sequence[Violation] = (),
) -> Report:
    """Tell what an outcome means."""
    outcome = done.outcome
    nodes = [change for change in outcome.changes if isinstance(change, NodeChange)]
    others = [change for change in outcome.changes if not isinstance(change, NodeChange)]
    return Report(
        format=form,
        records=done.records,
        revision=outcome.revision,
        written=bool(outcome.changes) and not outcome.repeated and not dry_run,
        dry_run=dry_run,
        repeated=outcome.repeated,
        refused=done.refused,
        nodes=Counts.of(nodes),
        relationships=Counts.of(others),
        problems=outcome.problems,
        notes=tuple(notes),
        seconds=round(seconds, 3),
    )


def tell(report: Report, *, as_json: bool) -> None:
    """Say it: as JSON, or the problems on standard error and the rest in words."""
    if as_json:
        print_json(report)
        return
    list_problems(report.problems)
    list_problems(report.notes)
    for label, counts in (("nodes", report.nodes), ("relationships", report.relationships)):
        parts = [f"{getattr(counts, field.name):,} {field.name}" for field in fields(counts)]
        say(f"{label:<14}{', '.join(parts)}")
    say(_outcome_in_words(report))


def _outcome_in_words(report: Report) -> str:
    records = f"{report.records:,} records in {report.seconds:.1f} s"
    count = len(report.problems)
    problems = f"{count:,} problem{'' if count == 1 else 's'}"
    if report.refused:
        would = "dry run: it would be refused" if report.dry_run else "nothing was written"
        return f"{would}: {problems}{_way_out(report)}"
    left = f"; {problems}, of what was {_fate(report)}" if count else ""
    if report.dry_run:
        stays = f"the graph stays at revision {report.revision:,}"
        return f"dry run: nothing was written, {stays}; {records}{left}"
    if report.repeated:
        return f"this key was written before, as revision {report.revision:,}; nothing was written"
    if report.written:
        return f"written as revision {report.revision:,}; {records}{left}"
    if not report.records:
        return f"nothing was written: no record could be read; {problems}"
    return f"all of it is there already, at revision {report.revision:,}; {records}{left}"


def _fate(report: Report) -> str:
    """Say what became of what the problems are about."""
    kept = sum(problem.hint.endswith(KEPT) for problem in report.problems)
    if kept == len(report.problems):
        return "taken as it is"
    return "left out or taken as it is" if kept else "left out"


def _way_out(report: Report) -> str:
    """Name --partial where it helps: not with what is too large as a whole."""
    whole = any(p.code is ErrorCode.TOO_LARGE and p.line is None for p in report.problems)
    return "" if whole or not report.records else " (--partial writes the rest)"
