"""Reading the node that a caller names."""

from collections.abc import Iterable

from graph.errors import BadUsage, NotFound
from graph.model.catalog import ENTITY
from graph.model.codec import near, shown
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

NEAR_HINT_LIMIT = 5_000
"""Among more keys than this no near match is looked for: it would take seconds."""


def find(snapshot: Snapshot, text: str, default: str = "", kinds: Iterable[str] = ()) -> Ref:
    """Read `KIND/KEY`, or a bare key of the kind `default`, into the reference of a node.

    NotFound when there is no such node, BadUsage when the text names none or its kind is not one
    of `kinds` (all, if empty). A key of the default kind may hold slashes.
    """
    if default and snapshot.get(Ref(default, text)) is not None:
        return Ref(default, text)
    ref = _parsed(text, default)
    allowed = tuple(kinds) or tuple(ENTITY)
    if ref.kind not in allowed:
        msg = f"{shown(text)} is of the kind {ref.kind!r}, which does not fit here"
        raise BadUsage(msg, near(ref.kind, allowed))
    if snapshot.get(ref) is None:
        known = snapshot.nodes(ENTITY[ref.kind].cls)
        msg = f"there is no {ref}"
        raise NotFound(msg, near(ref.key, known) if len(known) <= NEAR_HINT_LIMIT else "")
    return ref


def _parsed(text: str, default: str) -> Ref:
    try:
        ref = Ref.parse(text)
    except ValueError:
        ref = None
    if default and (ref is None or ref.kind not in ENTITY):
        return Ref(default, text)
    if ref is None:
        msg = f"{shown(text)} does not name a node"
        raise BadUsage(msg, "written as KIND/KEY")
    return ref
