"""Nodes as people name them: by kind and key, or by the key alone where that is enough."""

from graph.errors import BadUsage, NotFound
from graph.model.catalog import ENTITIES, ENTITY
from graph.model.codec import near
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


def resolved(snapshot: Snapshot, text: str) -> str:
    """Give KIND/KEY for a node named in full, or by a key that one node alone has.

    NotFound with near names when there is none, BadUsage when several have the key.
    """
    kind, _, key = text.partition("/")
    if kind in ENTITY and snapshot.get(Ref(kind, key)) is not None:
        return text
    found = [entry.label for entry in ENTITIES if snapshot.get(Ref(entry.label, text)) is not None]
    if len(found) == 1:
        return f"{found[0]}/{text}"
    if found:
        msg = f"{text!r} is the key of several things"
        raise BadUsage(msg, "one of: " + ", ".join(f"{label}/{text}" for label in found))
    msg = f"there is no {text}" if key else f"nothing has the key {text!r}"
    raise NotFound(msg, _near(snapshot, kind if key and kind in ENTITY else "", key or text))


def _near(snapshot: Snapshot, kind: str, key: str) -> str:
    known = {
        name: f"{entry.label}/{name}"
        for entry in ENTITIES
        if kind in {"", entry.label}
        for name in snapshot.keys(entry.label)
    }
    # A fuzzy search costs its length; a list of all keys helps nobody.
    hint = near(key, known) if len(known) <= 5_000 else ""
    if not hint.startswith("did you mean"):
        return "named as KIND/KEY, such as Team/platform"
    return f"did you mean {known[hint.removeprefix('did you mean ').removesuffix('?')]}?"


def name_of(snapshot: Snapshot, kind: str, key: str) -> str | None:
    """Give the name of a node; None where it has none."""
    node = snapshot.get(Ref(kind, key))
    return None if node is None else node.name
