"""A neighbourhood drawn: what something leads to on its left, what leads to it on its right."""

from collections import Counter
from typing import Final

from api.painting.subject import Subject
from api.pictures.branch import kind_words, relation_words
from api.pictures.drawing import Drawing, drawing_of
from api.pictures.kinds import legend_of, tone_of
from api.pictures.picture import Arrows, Edge, Node, Picture
from graph.analyses.dependencies.neighborhood import (
    OUT,
    Neighbor,
    Neighborhood,
    NeighborLink,
)
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

MOST_NODES: Final = 150
"""Boxes of a picture: more are no picture that a person reads."""
MOST_LINES: Final = 600


def drawing_of_neighborhood(subject: Subject[Neighborhood]) -> Drawing:
    """Draw a neighbourhood. Beyond `MOST_NODES` the nearest are drawn, and the note says so."""
    return drawing_of(picture_of_neighborhood(subject))


def picture_of_neighborhood(subject: Subject[Neighborhood]) -> Picture:
    """Give the nodes as boxes in columns by distance, with arrows as the relationships lead."""
    found = subject.result
    drawn = found.nodes[:MOST_NODES]
    numbers = {f"{node.kind}/{node.key}": f"n{at}" for at, node in enumerate(drawn)}
    joined = _joined([ln for ln in found.links if {ln.source, ln.target} <= numbers.keys()])
    lines = [_line(numbers, *pair, links) for pair, links in joined.items()]
    return Picture(
        title=f"Around {kind_words(drawn[0].kind)} {drawn[0].name or drawn[0].key}",
        description=_description(drawn),
        nodes=tuple(_box(subject.snapshot, node, f"n{at}") for at, node in enumerate(drawn)),
        edges=tuple(lines[:MOST_LINES]),
        legend=legend_of(node.kind for node in drawn),
        note=_note(found, len(drawn), len(lines)),
        arrows=Arrows.LEFT,
    )


def _joined(links: list[NeighborLink]) -> dict[tuple[str, str], list[NeighborLink]]:
    """Group relationships by where they lead from and to: each group is one line."""
    found: dict[tuple[str, str], list[NeighborLink]] = {}
    for link in links:
        found.setdefault((link.source, link.target), []).append(link)
    return found


def _line(numbers: dict[str, str], source: str, target: str, links: list[NeighborLink]) -> Edge:
    """Draw what leads from a source to a target; the target is the left end of the line."""
    counted = Counter(link.type for link in links)
    label = ", ".join(
        _words(name) + (f" ({count})" if count > 1 else "") for name, count in counted.items()
    )
    if (
        len(links) == 1
        and counted[DependsOn.TYPE]
        and "n0" not in {numbers[source], numbers[target]}
    ):
        label = ""  # it is bold, and the words of many would lie on each other
    told = "; ".join(
        f"{source} {_words(link.type)} {target}" + (f", {link.status}" if link.status else "")
        for link in links[:5]
    )
    return Edge(
        numbers[target],
        numbers[source],
        label=label,
        title=told,
        strong=DependsOn.TYPE in counted,
    )


def _words(relation: str) -> str:
    return "needs" if relation == DependsOn.TYPE else relation_words(relation)


def _box(snapshot: Snapshot, found: Neighbor, name: str) -> Node:
    node = snapshot.get(Ref(found.kind, found.key))
    state = node.current_state if isinstance(node, WorkItem) else None
    more = f"… {found.more:,} more around it" if found.more else ""
    return Node(
        id=name,
        kind=kind_words(found.kind),
        key=found.key,
        title=found.name or found.key,
        lines=tuple(filter(None, (state.value if state else "", more))),
        tone=tone_of(found.kind),
        focus=not found.distance,
        column=-found.distance if found.side == OUT else found.distance,
    )


def _description(drawn: tuple[Neighbor, ...]) -> str:
    kinds = Counter(kind_words(node.kind) for node in drawn[1:])
    counted = ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items()))
    read = (
        "On the left what it leads to, such as what it needs or belongs to; on the right what leads"
        " to it, such as what needs it. Arrows go as the relationships read; dependencies are bold."
    )
    return f"{read} Drawn: {counted}." if counted else f"{read} Nothing is around it."


def _note(found: Neighborhood, drawn: int, lines: int) -> str:
    parts = []
    missing = found.count + 1 - drawn
    if missing > 0:
        parts.append(f"{missing:,} of {found.count:,} nodes around it are not drawn")
    left_out = max(0, lines - MOST_LINES) + found.link_count - len(found.links)
    if left_out:
        parts.append(f"{left_out:,} lines are not drawn")
    return "; ".join(parts)
