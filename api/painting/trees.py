"""Pictures of what the analyses give: of the tree in a result, and of a trace with its ways up."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import get_type_hints

from api.pictures.branch import PARTS, Branch, Place, is_tree, told_by
from api.pictures.picture import Picture
from api.pictures.tree import picture_of
from graph.analyses.goals.trace import Trace, TraceStep


def holds_tree(result: type) -> bool:
    """Say whether the results of a class hold a tree."""
    return any(map(_is_node, get_type_hints(result).values()))


def _is_node(hint: object) -> bool:
    if not isinstance(hint, type) or not is_dataclass(hint):
        return False
    return set(PARTS) <= {field.name for field in fields(hint)}


def tree_in(result: object) -> Branch:
    """Give the tree of a result that holds one; its root tells what the result tells of it."""
    assert is_dataclass(result)
    values = [getattr(result, field.name) for field in fields(result)]
    tree = next(value for value in values if is_tree(value))
    whole, told = told_by(result), told_by(tree)
    told = replace(
        told,
        pace=told.pace or whole.pace,
        confidence=told.confidence if whole.confidence is None else whole.confidence,
        cycle=told.cycle or whole.cycle,
    )
    return Place(
        *(tree.kind, tree.key, tree.name, told, tuple(tree.children), tree.repeated, tree.cut)
    )


def picture_of_result(result: object) -> Picture:
    """Draw the tree of a result; a trace with all the ways up that it lists."""
    if isinstance(result, Trace):
        return _traced(result)
    root = tree_in(result)
    return picture_of([root], root.name or root.key, focus=f"{root.kind}/{root.key}")


def _traced(found: Trace) -> Picture:
    ways = [hung(way.path, found.down) for way in (*found.up, *found.supports)]
    drawn = picture_of(ways or [found.down], found.name or found.down.key, focus=found.root)
    missing = found.path_count + found.supporting_path_count - len(ways)
    told = f"{missing:,} ways up are not drawn" if missing else ""
    return replace(drawn, note="; ".join(filter(None, (drawn.note, told))))


def hung(path: Sequence[TraceStep], down: Branch) -> Branch:
    """Give the tree from the top of a way, whose last step is the root of `down`, to its leaves."""
    if not path:
        return down
    last = replace(told_by(down), relation=path[-1].relation or "")
    below: Branch = Place(
        *(down.kind, down.key, down.name, last, tuple(down.children), down.repeated, down.cut)
    )
    for step in reversed(path[:-1]):
        below = Place(step.kind, step.key, step.name, told_by(step), (below,))
    return below
