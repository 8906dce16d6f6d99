"""The CSV that Viva Goals exported, read as rows of our own header."""

import re

from graph.errors import ErrorCode, Violation
from graph.model.values import Json
from seeds.importers.cells import number
from seeds.importers.delimited import Columns
from seeds.importers.rows import Row

SYSTEM = "Viva Goals"
_ALIGNED = "Aligned To (weight, Objective ID)"
VIVA = Columns(
    SYSTEM,
    ("Id", "Title", "Object Type", _ALIGNED),
    (
        "Tag", "Team", "Owner", "Period", "Start Date", "End Date", "Description", "Unit", "Target",
        "Goal Type", "Start", "Last Check-in", "Progress %", "Status", "Last Check-in Note", "Score",
    ),
    loose=True,
)  # fmt: skip
_SAME = {
    "Id": "id", "Title": "title", "Object Type": "kind", "Period": "cycle",
    "Start Date": "cycle_from", "End Date": "cycle_to", "Description": "description",
    "Score": "score",
}  # fmt: skip
_OF_KEY_RESULTS = {
    "Unit": "unit", "Target": "target", "Start": "start", "Last Check-in": "check_in_date",
    "Last Check-in Note": "check_in_note",
}  # fmt: skip
_PARENT = re.compile(r"\(\s*weight:\s*([\d.]+)\s*%\s*,\s*id:\s*(\d+)\s*\)", re.IGNORECASE)
_NOT_BEGUN = "not started"


def own_row(row: Row) -> Row:
    """Give a row of an export as one of our own header; its problems keep their place."""
    is_key_result = row.text("Object Type").casefold() == "key result"
    names = _SAME | (_OF_KEY_RESULTS if is_key_result else {})
    values: dict[str, Json] = {own: row.text(theirs) for theirs, own in names.items()}
    values |= {"source": SYSTEM} | _owner(row, is_key_result=is_key_result) | _aligned(row)
    if is_key_result:
        values |= _progress(row)
    else:
        kind = row.text("Goal Type").casefold().removesuffix("goal").strip()
        state = "closed" if row.text("Status").casefold() == "closed" else ""
        values |= {"type": kind, "state": state}
    return row.within({name: value for name, value in values.items() if value not in {"", None}})


def _owner(row: Row, *, is_key_result: bool) -> dict[str, Json]:
    """Give the first team, else the first person, as owner; the others, and the status, as tags."""
    teams = [part.strip() for part in row.text("Team").split(";") if part.strip()]
    people = [part.strip() for part in row.text("Owner").split(",") if part.strip()]
    tags = [part.strip() for part in row.text("Tag").split(",")]
    tags += [f"team:{name}" for name in teams[1:]]
    tags += [f"owner:{name}" for name in (people if teams else people[1:])]
    tags += [f"status:{row.text('Status').lower()}"] if row.text("Status") else []
    owner = next(iter(teams or people), "")
    kind = ("team" if teams else "person") if owner else ""
    return {"owner": owner, "owner_kind": kind, "tags": ";".join(filter(None, tags))}


def _aligned(row: Row) -> dict[str, Json]:
    """Give the parents and their weights; reports an alignment without an id."""
    text = row.text(_ALIGNED)
    found = _PARENT.findall(text)
    if text and not found:
        message = f"{_ALIGNED} {text[:60]!r} names no id"
        hint = "such as Title(weight: 50%, Id: 123); the link was left out"
        row.problem(ErrorCode.INVALID_VALUE, message, field=_ALIGNED, value=text, hint=hint)
    return {
        "parent": ";".join(key for _, key in found),
        "weight": ";".join(f"{weight}%" for weight, _ in found),
    }


def _progress(row: Row) -> dict[str, Json]:
    """Give the value that the progress stands for; what was not started has no data."""
    progress = number(row, "Progress %")
    if progress is None or row.text("Status").casefold() == _NOT_BEGUN:
        return {"check_in_date": "", "check_in_note": ""}
    if not row.text("Start") and not row.text("Target"):
        return {"unit": "%", "current": repr(progress.value)}
    silent = row.into(_told_as_own)
    start, target = number(silent, "Start"), number(silent, "Target")
    if start is None or target is None:
        message = f"Progress % {row.text('Progress %')!r} of a way without Start or Target"
        row.problem(ErrorCode.MISSING_VALUE, message, field="Progress %", hint="it was left out")
        return {"check_in_date": "", "check_in_note": ""}
    return {"current": repr(start.value + (target.value - start.value) * progress.value / 100)}


def _told_as_own(_: Violation) -> None:
    """Pass over what is wrong with a cell that is read once more as one of our own."""
