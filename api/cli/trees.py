"""Shows what has children as a tree: numbers in columns on the left, names and the rest beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.text import Text

from api.pictures.branch import BEHIND, REACHED, Branch, Told, short_kind, told_by
from api.pictures.lettering import bar, percent
from api.plain import plain

BAR_CELLS: Final = 8
WIDTH_OF_BARS: Final = 76
"""Columns of a terminal from which progress is a bar too, and not a number alone."""
WIDTH_OF_SHARES: Final = 48
"""Columns from which weights and the share with data are shown."""
LEAST_ROOM: Final = 12
"""Columns that a name has at the least, however deep it stands."""

_PACES: Final = {"on_track": "green", "lagging": "yellow", "at_risk": "red"}


@dataclass(frozen=True, slots=True)
class _Row:
    """A node where the tree shows it: `rails` says for each level above whether it goes on."""

    branch: Branch
    told: Told
    rails: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column left of the tree, `width` wide: bars begin at its left, numbers end at its right."""

    title: str
    width: int
    texts: Sequence[Text]
    right: bool = True

    def room(self, text: str) -> tuple[str, str]:
        """Give the blanks before and after a text."""
        blanks = " " * (self.width - len(text))
        return (blanks, "") if self.right else ("", blanks)


def show_tree(console: Console, root: Branch, focus: str = "") -> None:
    """Show a tree. On a terminal long names are folded; into a pipe goes one line a node.

    `focus` is the KIND/KEY of a node whose name is set off.
    """
    rows = list(_rows(root))
    width = console.width if console.is_terminal else None
    columns = _columns([row.told for row in rows], width)
    if columns:
        _write(console, Text(_head(columns), "dim"))
    for at, row in enumerate(rows):
        left = _left(columns, at)
        for line in _lines(console, row, focus, width and width - left.cell_len):
            _write(console, Text.assemble(left, line))
            left = Text(" " * left.cell_len)


def _write(console: Console, line: Text) -> None:
    line.rstrip()
    if console.is_terminal:
        console.print(line, soft_wrap=True)
    else:
        # A pipe takes any width, and there may be many lines.
        console.file.write(f"{line.plain}\n")


def _rows(root: Branch) -> Iterator[_Row]:
    """Give all nodes as they stand below each other. Without recursion: chains may be long."""
    todo: list[tuple[Branch, tuple[bool, ...]]] = [(root, ())]
    while todo:
        branch, rails = todo.pop()
        yield _Row(branch, told_by(branch), rails)
        last = len(branch.children) - 1
        todo.extend(
            (branch.children[place], (*rails, place < last)) for place in range(last, -1, -1)
        )


def _columns(told: Sequence[Told], width: int | None) -> list[_Column]:
    """Give the columns that have something to show, and for which there is room."""
    found = []
    if any(one.measured for one in told):
        cells = BAR_CELLS if width is None or width >= WIDTH_OF_BARS else 0
        bars = [_progress(one, cells) for one in told]
        found.append(_column("progress", bars, right=not cells))
    if width is None or width >= WIDTH_OF_SHARES:
        if any(one.partial for one in told):
            shares = [one.coverage if one.partial else None for one in told]
            found.append(_column("data", [_share(share) for share in shares]))
        if any(one.weight is not None for one in told):
            found.append(_column("weight", [_share(one.weight) for one in told]))
    return found


def _column(title: str, texts: Sequence[Text], *, right: bool = True) -> _Column:
    return _Column(title, max(len(title), *(len(text) for text in texts)), texts, right)


def _head(columns: Sequence[_Column]) -> str:
    return "  ".join(column.title.join(column.room(column.title)) for column in columns)


def _share(share: float | None) -> Text:
    return Text("" if share is None else percent(share), "dim")


def _progress(told: Told, cells: int) -> Text:
    if not told.measured:
        return Text()
    if told.progress is None:
        return Text("no data", "dim")
    style = "green" if told.progress >= REACHED else "yellow"
    style = "red" if told.progress < BEHIND else style
    shown = f"{bar(told.progress, cells)} " if cells else ""
    return Text(f"{shown}{percent(told.progress):>4}", _PACES.get(told.pace, style))


def _left(columns: Sequence[_Column], at: int) -> Text:
    left = Text()
    for column in columns:
        before, after = column.room(column.texts[at].plain)
        left.append(before).append_text(column.texts[at]).append(f"{after}  ")
    return left


def _lines(console: Console, row: _Row, focus: str, room: int | None) -> Iterator[Text]:
    """Give a node's lines, the first with its guide and the others beside it."""
    first, further = _guides(row, room)
    label = _label(row, focus)
    if room is None:
        yield Text.assemble((first, "dim"), label)
        return
    width = max(LEAST_ROOM, room - len(first))
    for line in label.wrap(console, width, overflow="fold"):
        yield Text.assemble((first, "dim"), line)
        first = further


def _guides(row: _Row, room: int | None) -> tuple[str, str]:
    """Give what joins a node to the one above it, and what stands there in its further lines."""
    if not row.rails:
        above = branch = further = ""
    else:
        above = "".join("│  " if goes_on else "   " for goes_on in row.rails[:-1])
        branch, further = ("├─ ", "│  ") if row.rails[-1] else ("└─ ", "   ")
    most = len(above) if room is None else max(0, room // 2) // 3 * 3
    if len(above) > most:
        above = above[-most:] if most else ""
        deep = f"({len(row.rails)}) "
        return above + branch + deep, above + further + " " * len(deep)
    return above + branch, above + further


def _label(row: _Row, focus: str) -> Text:
    """Give kind, name and key, how it stands and whose it is, and what is not shown below."""
    branch, told = row.branch, row.told
    line = Text.assemble((f"{short_kind(branch.kind)} ", "cyan"))
    style = "bold" if focus == f"{branch.kind}/{branch.key}" else ""
    line.append(plain(branch.name or branch.key), style)
    for words in _asides(branch, told):
        line.append("  ").append_text(words)
    if branch.repeated:
        line.append("  (as above)", "dim")
    if branch.cut:
        line.append("  …", "dim")
    return line


def _asides(branch: Branch, told: Told) -> Iterator[Text]:
    if branch.name and branch.name != branch.key:
        yield Text(plain(branch.key), "dim")
    if told.state:
        yield Text(f"[{plain(told.state)}]", "dim")
    if told.pace:
        yield Text(plain(told.pace).replace("_", " "), _PACES.get(told.pace, "dim"))
    if told.confidence is not None:
        yield Text(f"confidence {percent(told.confidence)}", "dim")
    if told.relation == "SUPPORTS":
        yield Text("supports", "dim")
    if told.owners or told.cycle:
        yield Text(plain(" · ".join(filter(None, (*told.owners, told.cycle)))), "dim")
