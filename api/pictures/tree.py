"""A picture of trees: a node that is shown at several places is one box with several lines to it."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from api.pictures.branch import (
    BEHIND,
    REACHED,
    Branch,
    Told,
    kind_words,
    relation_words,
    told_by,
)
from api.pictures.lettering import percent
from api.pictures.picture import Edge, Node, Picture, Tone

MOST_NODES: Final = 400
"""Boxes of a picture: more are no picture that a person reads."""
MOST_EDGES: Final = 1_200
"""Lines of a picture."""

_ALIGNED: Final = "SUPPORTS"
_EVIDENT: Final = frozenset({"MEASURES", "CONTRIBUTES_TO", "PART_OF", "OWNS", "DELIVERS", "FOR"})
"""Relationships that the kinds of both ends tell, and that a line needs no label for."""

_PACES: Final[Mapping[str, Tone]] = {
    "on_track": Tone.GOOD,
    "lagging": Tone.FAIR,
    "at_risk": Tone.POOR,
}
_LEGEND: Final = (
    (Tone.GOOD, f"{percent(REACHED)} and more, or on track"),
    (Tone.FAIR, f"{percent(BEHIND)} to {percent(REACHED)}, or lagging"),
    (Tone.POOR, f"below {percent(BEHIND)}, or at risk"),
    (Tone.UNKNOWN, "no data"),
)
_Known: TypeAlias = tuple[str, str]


def picture_of(
    roots: Sequence[Branch],
    title: str,
    *,
    focus: str = "",
    most_nodes: int = MOST_NODES,
    most_edges: int = MOST_EDGES,
) -> Picture:
    """Make a picture of trees, from the left to the right. `focus` is a KIND/KEY to set off.

    Of more than `most_nodes` nodes those of the first levels are drawn, and the note tells how many
    are not. Cost: linear in the places of all trees; no recursion.
    """
    found = _Gathered(most_nodes)
    for branch, above in _places(roots):
        found.add(branch, above)
    boxes = [found.node(known, at, focus) for at, known in enumerate(found.drawn)]
    edges = list(found.edges())
    tones = {box.tone for box in boxes}
    return Picture(
        title=title,
        description=_description(boxes),
        nodes=tuple(boxes),
        edges=tuple(edges[:most_edges]),
        legend=tuple((tone, words) for tone, words in _LEGEND if tone in tones),
        note=_note(len(boxes), found.left_out, len(edges[most_edges:])),
    )


def _places(roots: Sequence[Branch]) -> Iterator[tuple[Branch, Branch | None]]:
    """Give every place with the one above it, level by level; a shared part of trees once."""
    todo: deque[tuple[Branch, Branch | None]] = deque((root, None) for root in roots)
    expanded: set[int] = set()
    while todo:
        branch, above = todo.popleft()
        yield branch, above
        if id(branch) not in expanded:
            expanded.add(id(branch))
            todo.extend((child, branch) for child in branch.children)


def _known(branch: Branch) -> _Known:
    return branch.kind, branch.key


class _Gathered:
    """The nodes of all places, each once, the lines between them, and what is left out."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._at: dict[_Known, int] = {}
        self._first: dict[_Known, Branch] = {}
        self._more: set[_Known] = set()
        self._lines: dict[tuple[_Known, _Known, str], float | None] = {}

    @property
    def drawn(self) -> list[_Known]:
        """The nodes that are drawn, in the order of their numbers."""
        return list(self._at)[: self._most]

    @property
    def left_out(self) -> int:
        """How many nodes are not drawn."""
        return max(0, len(self._at) - self._most)

    def add(self, branch: Branch, above: Branch | None) -> None:
        """Note a place."""
        known = _known(branch)
        self._first.setdefault(known, branch)
        self._at.setdefault(known, len(self._at))
        if branch.cut:
            self._more.add(known)
        if above is None:
            return
        if self._at[known] >= self._most:
            self._more.add(_known(above))
            return
        told = told_by(branch)
        self._lines.setdefault((_known(above), known, told.relation), told.weight)

    def node(self, known: _Known, at: int, focus: str) -> Node:
        """Give the box of a node."""
        branch = self._first[known]
        told = told_by(branch)
        return Node(
            id=f"n{at}",
            kind=kind_words(branch.kind),
            key=branch.key,
            title=branch.name or branch.key,
            lines=(*_facts(told), *(("… goes on",) if known in self._more else ())),
            progress=told.progress if told.measured else None,
            words=_words(told),
            tone=_tone(told),
            focus=focus == f"{branch.kind}/{branch.key}",
        )

    def edges(self) -> Iterator[Edge]:
        """Give the lines between what is drawn."""
        for (above, below, relation), weight in self._lines.items():
            if self._at[above] >= self._most:
                continue
            share = "" if weight is None else percent(weight)
            words = relation_words(relation)
            yield Edge(
                source=f"n{self._at[above]}",
                target=f"n{self._at[below]}",
                label=" ".join(filter(None, ("" if relation in _EVIDENT else words, share))),
                title=", ".join(filter(None, (words, share and f"weighs {share}"))),
                dashed=relation == _ALIGNED,
            )


def _facts(told: Told) -> Iterator[str]:
    """Give the small lines of a box: how it stands, and whose and for when it is."""
    sure = "" if told.confidence is None else f"confidence {percent(told.confidence)}"
    more = f"and {len(told.owners) - 2} more" if len(told.owners) > 2 else ""
    stands = (told.state.replace("_", " "), told.pace.replace("_", " "), sure)
    for parts in (stands, (*told.owners[:2], more, told.cycle)):
        line = " · ".join(filter(None, parts))
        if line:
            yield line


def _words(told: Told) -> str:
    if not told.measured:
        return ""
    if told.progress is None:
        return "no data"
    if told.partial:
        return f"{percent(told.progress)} of {percent(told.coverage or 0.0)} with data"
    return percent(told.progress)


def _tone(told: Told) -> Tone:
    if not told.measured:
        return Tone.PLAIN
    if told.progress is None:
        return Tone.UNKNOWN
    if told.pace in _PACES:
        return _PACES[told.pace]
    if told.progress >= REACHED:
        return Tone.GOOD
    return Tone.FAIR if told.progress >= BEHIND else Tone.POOR


def _description(boxes: Sequence[Node]) -> str:
    kinds = Counter(box.kind for box in boxes)
    counted = ", ".join(f"{kind} {count:,}" for kind, count in kinds.items())
    read = "What stands to the right serves, or belongs to, what it is joined to on its left."
    return f"{read} Drawn: {counted}."


def _note(drawn: int, left_out: int, lines: int) -> str:
    parts = []
    if left_out:
        parts.append(f"{left_out:,} of {drawn + left_out:,} nodes are not drawn")
    if lines:
        parts.append(f"{lines:,} lines are not drawn")
    return "; ".join(parts)
