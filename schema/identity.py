"""The opaque ids of nodes and relationships, and reading the references that callers give."""

import base64
import binascii

from graph.errors import BadUsage
from graph.model.catalog import ENTITY, RELATION
from graph.model.codec import near, shown
from graph.model.relations import RelationRef
from graph.model.values import Ref

MAX_ID_LENGTH = 4_000
MAX_CURSOR_LENGTH = 20_000
"""A cursor holds the values of an order's keys, and the names of both ends of a relationship."""


def opaque(text: str) -> str:
    """Give the URL-safe form of a text."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def plain(text: str, most: int = MAX_ID_LENGTH) -> str | None:
    """Give back what `opaque` was given; None when it was not made by `opaque`, or too long."""
    if len(text) > most:
        return None
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return found if opaque(found) == text else None


def node_id(ref: Ref) -> str:
    """Give the id of a node."""
    return opaque(f"{ref.kind}:{ref.key}")


def relation_id(ref: RelationRef) -> str:
    """Give the id of a relationship."""
    return opaque(f"{ref.type}:{ref.key}")


def node_ref(id_: str) -> Ref | None:
    """Give the node that an id names; None when it is no id of a node."""
    kind, colon, key = (plain(id_) or "").partition(":")
    return Ref(kind, key) if colon and key and kind in ENTITY else None


def relation_ref(id_: str) -> RelationRef | None:
    """Give the relationship that an id names; None when it is no id of one."""
    type_, colon, key = (plain(id_) or "").partition(":")
    return RelationRef(type_, key) if colon and key and type_ in RELATION else None


def given_ref(text: str) -> Ref:
    """Read a node that a caller names, by its id or as KIND/KEY. BadUsage when it is neither."""
    ref = node_ref(text)
    if ref is not None:
        return ref
    kind, _, key = text.partition("/")
    if not key or kind not in ENTITY:
        msg = f"{shown(text)} does not name a node"
        raise BadUsage(msg, near(kind, ENTITY) if key else "give a node's id, or KIND/KEY")
    return Ref(kind, key)


def written(text: str) -> str:
    """Give the written form of what an id names: KIND/KEY, or TYPE/KEY of a relationship.

    Any other text stays as it is.
    """
    ref = node_ref(text) or relation_ref(text)
    return text if ref is None else str(ref)


def given_key(kind: str, text: str) -> str:
    """Read the key of a node of a kind, given as its id, as KIND/KEY, or bare."""
    # The id of another kind is told as what it names, since nobody can read an id.
    return written(text).removeprefix(f"{kind}/")
