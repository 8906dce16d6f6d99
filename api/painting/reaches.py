"""An impact drawn: the tree of the shortest ways from where it begins, level by level."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from api.painting.subject import Subject
from api.pictures.branch import kind_words
from api.pictures.drawing import Drawing, drawing_of
from api.pictures.kinds import legend_of, tone_of
from api.pictures.picture import Edge, Node, Picture
from graph.analyses.dependencies.impact import UPSTREAM, Impact
from graph.model.entities import WorkItem
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

MOST_NODES: Final = 80
"""Boxes of a picture: more are no picture that a person reads."""
MOST_STEPS: Final = 12
"""Levels of a picture, so that its width is bounded."""


def drawing_of_impact(subject: Subject[Impact]) -> Drawing:
    """Draw an impact. Of many targets the nearest are drawn, and the note says how many are not."""
    return drawing_of(picture_of_impact(subject))


def picture_of_impact(subject: Subject[Impact]) -> Picture:
    """Give the places on the ways to the targets as boxes, the root at the left."""
    found = subject.result
    ways = _Ways(found)
    boxes = [_box(subject.snapshot, text, at, ways) for at, text in enumerate(ways.places)]
    edges = tuple(
        Edge(f"n{ways.places[before]}", f"n{at}", title=_reads(before, text, found.direction))
        for text, at in ways.places.items()
        if (before := ways.before.get(text)) is not None
    )
    return Picture(
        title=_title(subject),
        description=_description(found, ways),
        nodes=tuple(boxes),
        edges=edges,
        legend=legend_of(text.partition("/")[0] for text in ways.places),
        note=_note(found, ways),
    )


class _Ways:
    """The places on the ways to the targets that are drawn, by number, and the one before each."""

    def __init__(self, found: Impact) -> None:
        self.root = found.root
        self.places: dict[str, int] = {found.root: 0}
        self.before: dict[str, str] = {}
        self.targets: dict[str, int] = {}
        self.goes_on: set[str] = set(found.frontier)
        for target in found.targets:
            self._add(target.path, target.distance)

    def _add(self, path: Sequence[str], distance: int) -> None:
        new = [text for text in path if text not in self.places]
        if not path:
            return
        if distance > MOST_STEPS or len(self.places) + len(new) > MOST_NODES:
            self.goes_on.update([text for text in path if text in self.places][-1:])
            return
        for before, text in pairwise(path):
            if text not in self.places:
                self.places[text] = len(self.places)
                self.before[text] = before
        self.targets[path[-1]] = distance


def _box(snapshot: Snapshot, text: str, at: int, ways: _Ways) -> Node:
    ref = Ref.parse(text)
    node = snapshot.get(ref)
    on_the_way = text != ways.root and text not in ways.targets
    return Node(
        id=f"n{at}",
        kind=kind_words(ref.kind),
        key=ref.key,
        title=(node.name if node else None) or ref.key,
        lines=tuple(_facts(node, on_the_way, text in ways.goes_on)),
        tone=tone_of(ref.kind),
        focus=text == ways.root,
    )


def _facts(node: object, on_the_way: bool, goes_on: bool) -> Iterator[str]:
    if isinstance(node, WorkItem) and node.current_state is not None:
        yield node.current_state.value
    if on_the_way:
        yield "on the way, not listed"
    if goes_on:
        yield "… goes on"


def _reads(before: str, text: str, direction: str) -> str:
    one, other = (before, text) if direction == UPSTREAM else (text, before)
    return f"{one} hangs on {other}"


def _title(subject: Subject[Impact]) -> str:
    found = subject.result
    node = subject.snapshot.get(Ref.parse(found.root))
    name = (node.name if node else None) or found.root
    return f"What {name} needs" if found.direction == UPSTREAM else f"What hangs on {name}"


def _description(found: Impact, ways: _Ways) -> str:
    kinds = Counter(text.partition("/")[0] for text in ways.targets)
    counted = ", ".join(f"{kind_words(kind)} {count:,}" for kind, count in sorted(kinds.items()))
    read = "is needed by" if found.direction == UPSTREAM else "is hit by"
    told = (
        f"{found.count:,} reached, each by a shortest way: what stands to the right {read} what it"
        " is joined to on its left."
    )
    return f"{told} Drawn: {counted}." if counted else told


def _note(found: Impact, ways: _Ways) -> str:
    missing = found.count - len(ways.targets)
    parts = []
    if missing > 0:
        parts.append(f"{missing:,} of {found.count:,} that are reached are not drawn")
    if found.truncated:
        parts.append("there is more behind what was asked for")
    return "; ".join(parts)
