"""A write for tests that give it to a store themselves."""

from graph.model.changes import NodeChange
from graph.model.entities import Team
from graph.model.values import Ref
from graph.store.protocol import Write


def creating(key: str, base: int) -> Write:
    """Give the write that makes a team, under its own name, on the graph at a revision."""
    return Write(base, (NodeChange(Ref("Team", key), None, Team(key=key)),), key, "create")
