"""Telling whether two graphs are the same, down to every property and stamp."""

from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.snapshot import Snapshot


def same_graph(one: Snapshot, other: Snapshot) -> bool:
    """Compare revision, nodes, relationships and what each node is joined to."""
    if one.revision != other.revision:
        return False
    for kind in ENTITIES:
        if dict(one.nodes(kind.cls)) != dict(other.nodes(kind.cls)):
            return False
        for node in one.ordered(kind.cls):
            if one.touching(node.ref) != other.touching(node.ref):
                return False
    return all(
        dict(one.relations(kind.cls)) == dict(other.relations(kind.cls)) for kind in RELATIONS
    )
