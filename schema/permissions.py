"""Which role each field of the roots takes.

What may be written of others is decided where the write is planned (`graph.commands.permission`);
here is the least role with which a field may be asked for at all. Who lacks it is refused before
anything is read. A field without a rule is an admin's, and a test fails.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from strawberry.types.field import StrawberryField

from graph.analyses.registry import ANALYSES
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.dependencylife import DependencyMove
from graph.model.entities import WorkItem
from graph.model.principals import Role
from graph.model.relations import (
    ContributesTo,
    Delivers,
    DependsOn,
    For,
    InCycle,
    PartOf,
    RelatesTo,
    Supports,
)
from schema.building import CallField
from schema.naming import plural, singular
from schema.queries.analyses import analysis_name

_WORK: Final = frozenset({WorkItem.KIND})
_WORK_LINKS: Final = frozenset(
    {PartOf, ContributesTo, Supports, InCycle, For, RelatesTo, Delivers, DependsOn}
)
"""Relationships that work, or what one's teams need, may be joined by."""

_READ: Final = (
    *("graph", "node", "nodes", "relationship", "search", "changes", "asOf", "viewer"),
    *("neighbors", "path", "upstream", "downstream"),
)
_CONTRIBUTED: Final = ("checkIn", "recordCheckIns", "undo")
_PLANNED: Final = (
    *("createObjectiveWithKeyResults", "reparent", "reweight", "splitObjective"),
    *("openCycle", "closeObjective", "closeCycle", "carryOver"),
)


def rules() -> Mapping[str, Mapping[str, Role]]:
    """Give the role of each field, by the name of its root and its own."""
    return {"Query": _queries(), "Mutation": _mutations(), "Subscription": _subscriptions()}


def ruled(root: str, fields: Iterable[StrawberryField]) -> None:
    """Put the rules on the fields of a root. One without a rule is an admin's."""
    known = rules()[root]
    for field in fields:
        if isinstance(field, CallField):
            field.needs = known.get(str(field.graphql_name), Role.ADMIN)
            field.writes = root == "Mutation"


def _queries() -> dict[str, Role]:
    kinds = [name for kind in ENTITIES for name in (singular(kind), plural(kind))]
    analyses = [analysis_name(found) for found in ANALYSES]
    found = dict.fromkeys([*_READ, *kinds, *analyses], Role.VIEWER)
    return {**found, "refusedWrites": Role.ADMIN}


def _mutations() -> dict[str, Role]:
    found: dict[str, Role] = {}
    for kind in ENTITIES:
        role = Role.CONTRIBUTOR if kind.label in _WORK else Role.PLANNER
        found |= {f"{word}{kind.label}": role for word in ("create", "update", "delete")}
    for relation in RELATIONS:
        role = Role.CONTRIBUTOR if relation.cls in _WORK_LINKS else Role.PLANNER
        names = (f"{word}{relation.cls.__name__}" for word in ("link", "update", "unlink"))
        found |= dict.fromkeys(names, role)
    moves = [f"{move}Dependency" for move in DependencyMove]
    found |= dict.fromkeys([*_CONTRIBUTED, *moves], Role.CONTRIBUTOR)
    return found | dict.fromkeys(_PLANNED, Role.PLANNER)


def _subscriptions() -> dict[str, Role]:
    return dict.fromkeys(("changes", "progress", "dependencies"), Role.VIEWER)
