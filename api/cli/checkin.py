"""`check-in`: the value of a key result now, or many of them from a CSV file."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli import options
from api.cli.writing import Actor, Once, executing, write
from graph.commands import CheckInEntry, RecordCheckIns
from graph.errors import BadUsage, Violation
from graph.model.values import Json
from seeds.checkins import CheckInRow, read_check_ins


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    # So that a value below 0 is a value, and no option.
    made.command("check-in", context_settings={"ignore_unknown_options": True})(_check_in)
    return made


def _check_in(
    key_result: Annotated[
        str | None, typer.Argument(metavar="KEY-RESULT", help="The key of the key result.")
    ] = None,
    value: Annotated[
        str | None, typer.Argument(metavar="VALUE", help="Its value, in its unit.")
    ] = None,
    *,
    csv: Annotated[
        list[Path] | None,
        typer.Option("--csv", metavar="FILE", help="Many, from a CSV file; - is standard input."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DAY|INSTANT", help="When it was read; today if left out."),
    ] = None,
    confidence: Annotated[
        str | None, typer.Option("--confidence", metavar="0-1", help="How sure the owner is.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="What there is to say.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who checks in.")] = "",
    actor: Actor = "cli",
    idempotency_key: Once = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    """Check a key result in, or many at once: all of them, or none.

    A CSV file has the header key_result,value,at,confidence,note,by; the first two are needed.
    """
    one = None if value is None else _one(key_result or "", value, at, confidence, note)
    entries, problems = _entries(one, csv)

    intent = RecordCheckIns(entries, datetime.now(UTC), by, problems)
    write(executing(intent, actor, idempotency_key), data_dir, as_json=as_json)


def _one(
    key_result: str, value: str, at: str | None, confidence: str | None, note: str | None
) -> CheckInEntry:
    key = key_result.removeprefix("KeyResult/")
    return CheckInEntry(key, number(value), at, number(confidence), note)


def _entries(
    one: CheckInEntry | None, csv: Sequence[Path] | None
) -> tuple[list[CheckInEntry], list[Violation]]:
    if csv and one is not None:
        msg = "a key result and --csv do not go together"
        raise BadUsage(msg, "give KEY-RESULT and VALUE, or --csv")
    if csv:
        return _from_files(csv)
    if one is None:
        msg = "a check-in needs a key result and a value"
        raise BadUsage(msg, "give KEY-RESULT and VALUE, or --csv FILE for many")
    return [one], []


def number(text: str | None) -> Json:
    """Give a number that is written as one; any other text as it is, to be refused with its name."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def _from_files(paths: Sequence[Path]) -> tuple[list[CheckInEntry], list[Violation]]:
    """Read check-ins, and what cannot be read: with any of it, all of them are refused."""
    problems: list[Violation] = []
    rows = [row for path in paths for row in read_check_ins(path, problems.append)]
    return [_entry(row) for row in rows], problems


def _entry(row: CheckInRow) -> CheckInEntry:
    return CheckInEntry(
        row.key_result.removeprefix("KeyResult/"),
        row.value,
        row.at,
        row.confidence,
        row.note,
        row.by,
        line=row.line,
        source=row.source,
    )
