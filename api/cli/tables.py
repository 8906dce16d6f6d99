"""Shows any frozen result to people: its facts as lines, its lists as tables, its trees as trees."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.cli.trees import show_tree
from api.pictures.branch import is_tree
from api.plain import plain
from graph.model.catalog import ENTITY

ROWS_ON_SCREEN: Final = 200
"""Rows of one table on a terminal; into a pipe or a file go all."""

TEXT_WIDTH: Final = 28
"""Columns of the screen that a long text needs to be read when it is folded."""
PADDING: Final = 3
TELLING: Final = frozenset(
    {"key", "why", "reason", "message", "total float", "critical", "before", "after"}
)
"""Columns that a table is not worth showing without."""
LEADING: Final = ("path", "name")
"""Columns that come next, in this order."""

NameOf: TypeAlias = Callable[[str, str], str | None]
"""Gives the name of a node, by kind and key."""

_Row: TypeAlias = dict[str, object]


def show(console: Console, result: object, name_of: NameOf) -> None:
    """Show a result: first its single values, then each list; an empty list is a 0 of the first.

    What is said already is not said again: how many rows a list has that is shown whole, and rows
    that stand in a list above.
    """
    values = _fields(result)
    facts = {label: value for label, value in values.items() if _is_fact(value)}
    told = {label: value for label, value in facts.items() if not _counts_a_list(label, values)}
    if told:
        console.print(_facts(told))
    above: set[int] = set()
    for label, value in values.items():
        if label in facts or value is None:
            continue
        console.print()
        if isinstance(value, tuple) and above.issuperset(map(id, value)):
            _show_again(console, label, value)
        else:
            _show_part(console, label, value, name_of)
        if isinstance(value, tuple):
            above.update(id(item) for item in value if is_dataclass(item))


def _counts_a_list(label: str, values: _Row) -> bool:
    """Say whether a value is the number of rows of a list of the same name, none left out."""
    stem = label.removesuffix(" count")
    rows = values.get(stem, values.get(f"{stem}s")) if stem != label else None
    return isinstance(rows, tuple) and len(rows) == values[label]


def _show_again(console: Console, label: str, rows: Sequence[object]) -> None:
    keys = ", ".join(cell(getattr(row, "key", "")) for row in rows[:ROWS_ON_SCREEN])
    console.print(Text(f"{label} ({len(rows):,})", "bold"), Text(f"as above: {keys}"))


def _fields(thing: object) -> _Row:
    assert is_dataclass(thing)
    return {field.name.replace("_", " "): getattr(thing, field.name) for field in fields(thing)}


def _is_fact(value: object) -> bool:
    return value == () or isinstance(value, str | int | float | date)


def _facts(facts: _Row) -> Table:
    grid = Table.grid(padding=(0, 2))
    for label, value in facts.items():
        grid.add_row(Text(label, "bold"), Text(cell(0 if value == () else value, "no")))
    return grid


def _show_part(console: Console, label: str, value: object, name_of: NameOf) -> None:
    if is_tree(value):
        console.print(Text(label, "bold"))
        show_tree(console, value)
        return
    rows = [_row(label, item, name_of) for item in _items(value)]
    columns = [name for name in _names(rows) if any(cell(row.get(name)) for row in rows)]
    title = f"{label} ({len(rows):,})"
    kinds = {str(row.get("kind")) for row in rows}
    if {"kind", "key"} <= set(columns) and len(kinds) == 1:
        columns.remove("kind")
        title += _of_kind(label, *kinds)
    most = ROWS_ON_SCREEN if console.is_terminal else len(rows)
    cells = [[row.get(name) for name in columns] for row in rows[:most]]
    print_table(console, title, columns, cells)
    if len(rows) > most:
        console.print(Text(f"and {len(rows) - most:,} more; --json gives all", "dim"))


def _of_kind(label: str, kind: str) -> str:
    """Name the kind that all rows have, where the name of the list does not."""
    return "" if kind.lower() in label.replace(" ", "") else f", all {kind}"


def _items(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return [{"name": name, "value": item} for name, item in value.items()]
    return value if isinstance(value, tuple | list) else [value]


def _row(label: str, item: object, name_of: NameOf) -> _Row:
    if isinstance(item, dict):
        return item
    if not is_dataclass(item):
        return {label: item}
    row = _fields(item)
    kind, key = row.get("kind"), row.get("key")
    if isinstance(kind, str) and isinstance(key, str) and "name" not in row:
        rest = {name: value for name, value in row.items() if name not in {"kind", "key"}}
        return {"kind": kind, "key": key, "name": name_of(kind, key), **rest}
    return row


def _names(rows: Sequence[_Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def print_table(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Show a table; on a terminal without the columns that it has no room for, and says so."""
    texts = [
        [cell(item, label=name) for name, item in zip(columns, row, strict=True)] for row in rows
    ]
    numeric = [
        all(isinstance(row[place], int | float | None) for row in rows)
        for place in range(len(columns))
    ]
    widths = [
        max(map(cell_len, [name, *(row[place] for row in texts)]))
        for place, name in enumerate(columns)
    ]
    if title:
        console.print(Text(title, "bold"))
    if console.is_terminal:
        details = [any(isinstance(row[p], Mapping) for row in rows) for p in range(len(columns))]
        _print_folded(console, _Texts(columns, texts, numeric, widths), details)
    else:
        _print_aligned(console, _Texts(columns, texts, numeric, widths))


@dataclass(frozen=True, slots=True)
class _Texts:
    """A table whose cells are texts, with the width that each column needs."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool]
    widths: Sequence[int]


def _print_aligned(console: Console, texts: _Texts) -> None:
    """Write a table as lines of text. A pipe takes any width, and any number of rows, at once."""
    rule = ["─" * width for width in texts.widths]
    head = [texts.columns, rule] if len(texts.columns) > 1 else []
    lines = []
    for row in (*head, *texts.rows):
        parts = [
            " " * (width - cell_len(text)) + text
            if right
            else text + " " * (width - cell_len(text))
            for text, width, right in zip(row, texts.widths, texts.numeric, strict=True)
        ]
        lines.append("  ".join(parts).rstrip() + "\n")
    console.file.write("".join(lines))


def _print_folded(console: Console, texts: _Texts, details: Sequence[bool]) -> None:
    """Show a table on a screen: long texts are folded, and what has no room is left out."""
    ranks = [_rank(name, detail) for name, detail in zip(texts.columns, details, strict=True)]
    heads, widths = texts.columns, texts.widths
    if sum(min(width, TEXT_WIDTH) + PADDING for width in widths) > console.width:
        heads, widths = _narrower(texts)
    kept = _with_room(widths, ranks, console.width)
    made = Table(box=box.SIMPLE_HEAD, show_header=len(texts.columns) > 1, pad_edge=False)
    for place in kept:
        made.add_column(
            Text(heads[place]),
            justify="right" if texts.numeric[place] else "left",
            overflow="fold",
            min_width=min(widths[place], TEXT_WIDTH),
        )
    for row in texts.rows:
        made.add_row(*(Text(row[place]) for place in kept))
    console.print(made)
    left_out = [name for place, name in enumerate(texts.columns) if place not in kept]
    if left_out:
        words = f"no room for {', '.join(left_out)}; --json gives all"
        console.print(Text(words, "dim"))


def _rank(name: str, detail: bool) -> int:
    """Give how soon a column is left out, the highest first; half of a pair tells little."""
    if name in TELLING:
        return 0
    if name in LEADING:
        return 1 + LEADING.index(name)
    return 1 + len(LEADING) + (detail or name.endswith((" before", " after")))


def _narrower(texts: _Texts) -> tuple[list[str], list[int]]:
    """Give heads in lines of a word where they are wider than what is below, and the widths then."""
    heads, widths = [], []
    for place, name in enumerate(texts.columns):
        below = max((cell_len(row[place]) for row in texts.rows), default=0)
        words = name.split() if cell_len(name) > below else [name]
        heads.append("\n".join(words))
        widths.append(max([below, *map(cell_len, words)]))
    return heads, widths


def _with_room(widths: Sequence[int], ranks: Sequence[int], room: int) -> list[int]:
    """Choose columns that fit when long texts are folded, by rank and then from the left."""
    order = sorted(range(len(widths)), key=lambda place: (ranks[place], place))
    kept: list[int] = []
    for place in order:
        needed = min(widths[place], TEXT_WIDTH) + PADDING
        if needed <= room or not kept:
            kept.append(place)
            room -= needed
    return sorted(kept)


def cell(value: object, false: str = "", *, label: str = "") -> str:
    """Give a value as a person reads it, in one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else false
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {cell(item)}" for name, item in value.items() if cell(item))
    return _joined(value, label)


def _joined(value: object, label: str) -> str:
    if is_dataclass(value):
        row = _fields(value)
        if {"kind", "key"} <= set(row):
            return plain(f"{row['kind']}/{row['key']}")
        if set(row) == {"value", "rank"}:
            return f"{cell(row['value'])} (#{row['rank']})" if row["rank"] else ""
        return cell({name: item for name, item in row.items() if _is_fact(item)})
    if label == "path" and isinstance(value, tuple) and all(isinstance(at, str) for at in value):
        return plain(" → ".join(_way(value)))
    if isinstance(value, tuple | list):
        between = (
            "; " if value and isinstance(value[0], tuple) else " → " if "path" in label else ", "
        )
        return between.join(cell(item, label=label) for item in value)
    return plain(str(value))


def _way(path: Sequence[str]) -> Iterable[str]:
    """Give the steps of a way, each with its kind where that is another than the one before."""
    last = ""
    for step in path:
        kind, _, key = step.partition("/")
        yield key if kind == last and key else step
        last = kind if kind in ENTITY else ""
