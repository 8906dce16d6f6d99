"""Making an objective with all that belongs to it, in one write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import ClassVar

from graph.commands.finding import Inquiry, named
from graph.commands.parents import ParentLink, aligned
from graph.commands.planning import Plan, making, settle
from graph.model.catalog import RELATION
from graph.model.changes import Change
from graph.model.days import today_of
from graph.model.entities import Cycle, KeyResult, Objective, Team
from graph.model.goalrules import dissolved
from graph.model.relations import InCycle, Measures, Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref


@dataclass(frozen=True, slots=True)
class KeyResultDraft:
    """A key result to make, its properties in raw form. Without a key it gets a derived one."""

    key: Json
    properties: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreateObjective:
    """Make an objective with its owner, cycle, key results and parents.

    Properties are in raw form, without the key. `now` is an aware instant.
    """

    key: Json
    properties: Mapping[str, Json]
    owner: Ref | None
    cycle: str | None
    key_results: Sequence[KeyResultDraft]
    parents: Sequence[ParentLink]
    now: datetime
    name: ClassVar[str] = "create_objective"

    def plan(self, snapshot: Snapshot) -> Plan:
        """Refused when a key is taken, a property does not fit, or a thing it names does not.

        That is one that is not there, a cycle or parent that is over, and an owner that is
        dissolved today or when the cycle begins.
        """
        inquiry = Inquiry(snapshot)
        ref = named(Objective, self.key)
        made = inquiry.make(Objective, self.key, self.properties)
        joins = [
            *owned(inquiry, ref, self.owner, today_of(snapshot, self.now)),
            *planned(inquiry, ref, self.cycle),
            *map(making, aligned(inquiry, ref, self.parents)),
            *self._key_results(inquiry, ref),
        ]
        changes = [] if made is None else [making(made), *joins]
        return settle(snapshot, changes, inquiry.problems)

    def _key_results(self, inquiry: Inquiry, objective: Ref) -> list[Change]:
        changes: list[Change] = []
        for nth, draft in enumerate(self.key_results, 1):
            key = _free_key(inquiry, objective, nth) if draft.key is None else draft.key
            made = inquiry.make(KeyResult, key, draft.properties)
            if made is not None:
                link = Measures(source=made.ref, target=objective)
                changes += [making(made), making(link)]
        return changes


def _free_key(inquiry: Inquiry, objective: Ref, nth: int) -> str:
    keys = (f"{objective.key}-kr-{number}" for number in count(nth))
    return next(key for key in keys if inquiry.is_free(Ref(KeyResult.KIND, key)))


def owned(inquiry: Inquiry, objective: Ref, owner: Ref | None, today: date) -> list[Change]:
    """Give a new objective its owner; a problem when there is none such, or it is gone today."""
    kinds = {source for source, _ in RELATION[Owns.TYPE].ends}
    found = inquiry.find(owner, kinds, objective, "owner") if owner is not None else None
    if found is None:
        return []
    if isinstance(found, Team) and found.dissolved is not None and found.dissolved <= today:
        inquiry.problems.append(dissolved(found, found.dissolved, objective, f"today is {today}"))
        return []
    return [making(Owns(source=found.ref, target=objective))]


def planned(inquiry: Inquiry, objective: Ref, cycle: str | None) -> list[Change]:
    """Plan a new objective for a cycle; a problem when there is none such, or it is closed."""
    found = inquiry.node(Cycle, cycle, objective, "cycle") if cycle is not None else None
    if found is None:
        return []
    inquiry.refuse_closed(found, objective, "cycle")
    return [making(InCycle(source=objective, target=found.ref))]
