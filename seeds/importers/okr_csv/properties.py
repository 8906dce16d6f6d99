"""The nodes of a row: an objective, or a key result with the check-in that gave its value."""

from collections.abc import Iterator, Sequence

from graph.errors import ErrorCode
from graph.model.catalog import ENTITY
from graph.model.codec import BadValue, parse_value
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from seeds.importers.cells import Number, moment, number, ratio, refuse
from seeds.importers.okr.tree import Item
from seeds.importers.okr_csv.header import parts
from seeds.importers.rows import Row

_VALUES = ("start", "target", "low", "high", "current")
_CHECK_IN = ("check_in_date", "check_in_note", "check_in_by")
_OF_KEY_RESULTS = ("unit", *_VALUES, "confidence", *_CHECK_IN)
_OF_OBJECTIVES = ("state", "score_note")


def nodes_of(item: Item, tags: Sequence[str]) -> Iterator[Record]:
    """Give the nodes of an item; cells that do not fit its kind or property are reported."""
    row = item.row
    raw: dict[str, Json] = {"name": row.text("title") or item.key}
    raw |= {"description": row.text("description")} if row.text("description") else {}
    labels: list[Json] = [*parts(row, "tags"), *tags]
    raw |= {"tags": labels} if labels else {}
    raw |= {"source": row.text("source") or row.source, "source_id": item.key}
    score = ratio(row, "score")
    raw |= {} if score is None else {"score": score}
    if item.is_objective:
        _tell_of_others(item, _OF_KEY_RESULTS)
        raw |= {name: row.text(name) for name in ("type", *_OF_OBJECTIVES) if row.text(name)}
        fitting = _fitting("Objective", raw, row)
        yield NodeRecord("Objective", item.key, fitting, row.source, row.line)
        return
    _tell_of_others(item, _OF_OBJECTIVES)
    raw |= _measure(row)
    fitting = _fitting("KeyResult", raw, row)
    yield NodeRecord("KeyResult", item.key, fitting, row.source, row.line)
    yield from _check_in(item, fitting)


def _measure(row: Row) -> dict[str, Json]:
    """Give the numbers of a key result, their unit and the rule for its progress."""
    unit = row.text("unit")
    found = {name: number(row, name, unit) for name in _VALUES}
    numbers = _one_measure({name: each for name, each in found.items() if each is not None}, row)
    raw: dict[str, Json] = {name: each.value for name, each in numbers.items()}
    unit = unit or ("%" if any(each.percent for each in numbers.values()) else "")
    confidence = ratio(row, "confidence")
    if row.text("type"):
        raw["type"] = row.text("type")
    elif any(row.text(name) for name in ("start", "target", "low", "high")):
        raw["type"] = _rule(numbers)
    elif unit in {"", "%"}:  # nothing says what is counted: from nothing to all, in per cent
        raw |= {"type": "increase", "start": 0, "target": 100}
        unit = "%"
    raw |= {"unit": unit} if unit else {}
    return raw | ({} if confidence is None else {"confidence": confidence})


def _one_measure(numbers: dict[str, Number], row: Row) -> dict[str, Number]:
    """Leave out what is in per cent beside a plain ratio, which is 100 times as much or is not."""
    told = row.text("unit") or not any(
        not each.percent and 0 < abs(each.value) <= 1 for each in numbers.values()
    )
    kept = {name: each for name, each in numbers.items() if told or not each.percent}
    for name in numbers.keys() - kept.keys():
        value = numbers[name].value
        words = f"may be {value:g} or {value / 100:g} beside the row's other numbers"
        refuse(
            row, name, row.text(name), BadValue(words, hint="name the unit, or write the number")
        )
    return kept


def _rule(numbers: dict[str, Number]) -> str:
    if numbers.keys() & {"start", "target"} or not numbers.keys() & {"low", "high"}:
        start, target = numbers.get("start"), numbers.get("target")
        down = start is not None and target is not None and start.value > target.value
        return "decrease" if down else "increase"
    if numbers.keys() >= {"low", "high"}:
        return "stay_within"
    return "stay_above" if "low" in numbers else "stay_below"


def _check_in(item: Item, measured: dict[str, Json]) -> Iterator[Record]:
    row = item.row
    at = moment(row, "check_in_date")
    if not at or "current" not in measured:
        _tell_of_no_check_in(item, at)
        return
    key = f"{item.key}@{at}"
    raw: dict[str, Json] = {"at": at, "value": measured["current"]}
    raw |= {"confidence": measured["confidence"]} if "confidence" in measured else {}
    texts = {"note": row.text("check_in_note"), "by": row.text("check_in_by")}
    raw |= {name: text for name, text in texts.items() if text}
    yield NodeRecord("CheckIn", key, _fitting("CheckIn", raw, row), row.source, row.line)
    yield RelationRecord("FOR", f"CheckIn/{key}", str(item.ref), {}, row.source, row.line)


def _tell_of_no_check_in(item: Item, at: str) -> None:
    given = [name for name in _CHECK_IN if item.row.text(name)]
    if not given or (item.row.text("check_in_date") and not at):
        return  # a date that cannot be read is told already
    lacking = "current" if at else "check_in_date"
    message = f"{item.key}: {' and '.join(given)} without {lacking}"
    hint = f"give {lacking}; it was left out"
    item.row.problem(
        ErrorCode.MISSING_VALUE, message, subject=str(item.ref), field=given[0], hint=hint
    )


def _tell_of_others(item: Item, names: Sequence[str]) -> None:
    given = [name for name in names if item.row.text(name)]
    if given:
        kind = "an objective" if item.is_objective else "a key result"
        message = f"{item.key}: {kind} has no {', '.join(given)}"
        item.row.problem(
            ErrorCode.UNKNOWN_PROPERTY, message, subject=str(item.ref), field=given[0],
            value=item.row.text(given[0]), hint="leave it empty; it was left out",
        )  # fmt: skip


def _fitting(kind: str, raw: dict[str, Json], row: Row) -> dict[str, Json]:
    """Give the properties that their kind can take; reports the others."""
    fitting: dict[str, Json] = {}
    for name, value in raw.items():
        try:
            parse_value(ENTITY[kind].by_name[name], value)
        except BadValue as bad:
            refuse(row, "title" if name == "name" else name, str(value), bad)
        else:
            fitting[name] = value
    return fitting
