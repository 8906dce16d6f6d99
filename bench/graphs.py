"""Graphs in memory, for whatever is measured on them."""

from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


def fresh(made: Snapshot) -> Snapshot:
    """Give the graph anew, with nothing derived from it yet."""
    return Snapshot.build(
        (node for kind in ENTITIES for node in made.nodes(kind.cls).values()),
        (link for kind in RELATIONS for link in made.relations(kind.cls).values()),
    )


def needs(source: str, target: str, key: str = "") -> DependsOn:
    """Give a dependency of one work item on another, by their keys."""
    ends = Ref(WorkItem.KIND, source), Ref(WorkItem.KIND, target)
    return DependsOn(key=key or f"{source}->{target}", source=ends[0], target=ends[1])
