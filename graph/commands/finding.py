"""What planning commands look up: the things they name, the cycle and the end of an objective."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from graph.commands.nodes import brief, existing, way_to
from graph.errors import ErrorCode, Refused, Violation
from graph.model.catalog import ENTITY, EntityKind
from graph.model.codec import MAX_KEY_LENGTH, parse_properties, shown
from graph.model.cycles import own_cycle
from graph.model.entities import Cycle, Entity, KeyResult, Objective
from graph.model.goalrules import is_dropped
from graph.model.relations import Measures
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.model.vocabulary import CycleState, ObjectiveState

E = TypeVar("E", bound=Entity)

OVER = frozenset({ObjectiveState.CLOSED, ObjectiveState.DROPPED})
"""The states of an objective that is no longer pursued."""
HINTED = 20
"""So many unknown names are searched for in one command: each search costs its kind's keys."""


@dataclass(slots=True)
class Inquiry:
    """A graph that a command is read against, with every problem found on the way.

    `made` are the nodes that the command will make, by reference.
    """

    snapshot: Snapshot
    problems: list[Violation] = field(default_factory=list)
    made: dict[Ref, Entity] = field(default_factory=dict)
    searched: int = 0

    def tell(
        self,
        code: ErrorCode,
        subject: object,
        words: str,
        field: str = "",
        value: str = "",
        hint: str = "",
    ) -> None:
        """Note a problem; its message is `subject: words`."""
        name = str(subject)
        self.problems.append(Violation(code, f"{name}: {words}", name, field, value, hint))

    def find(self, ref: Ref, kinds: Collection[str], subject: object, field: str) -> Entity | None:
        """Give the node that a reference names; a problem when it is none of these kinds."""
        if ref.kind not in kinds:
            words = f"{field} cannot be {brief(ref)}"
            hint = "takes " + ", ".join(sorted(kinds))
            self.tell(ErrorCode.END_KIND, subject, words, field, brief(ref), hint)
            return None
        found = self.snapshot.get(ref)
        if found is None:
            words = f"there is no {brief(ref)}"
            self.searched += 1
            hint = way_to(self.snapshot, ref, search=self.searched <= HINTED)
            self.tell(ErrorCode.NOT_FOUND, subject, words, field, brief(ref), hint)
        return found

    def node(self, cls: type[E], key: str, subject: object, field: str) -> E | None:
        """Give the node of a kind with a key; a problem when there is none."""
        return cast("E | None", self.find(Ref(cls.KIND, key), (cls.KIND,), subject, field))

    def make(self, cls: type[E], key: Json, properties: Mapping[str, Json]) -> E | None:
        """Read a new node off raw properties, its key beside them; None when it has no free key.

        Where a property does not fit, the node is made without it, so that all else is looked at.
        """
        kind = cast("EntityKind[E]", ENTITY[cls.KIND])
        subject = str(named(cls, key))
        values, problems = parse_properties(kind, {**properties, "key": key}, subject)
        self.problems += problems
        if "key" not in values:
            return None
        made = kind.make(values)
        return made if self.put(made) else None

    def put(self, made: Entity) -> bool:
        """Take up a node to be made; a problem, and False, when its key is taken."""
        if self.snapshot.get(made.ref) is not None:
            words, hint = "exists already", "give another key"
            self.tell(ErrorCode.ALREADY_EXISTS, made.ref, words, "key", shown(made.key), hint)
            return False
        if made.ref in self.made:
            words, hint = "is to be made twice", "give one of the two another key"
            self.tell(ErrorCode.DUPLICATE, made.ref, words, "key", shown(made.key), hint)
            return False
        self.made[made.ref] = made
        return True

    def is_free(self, ref: Ref) -> bool:
        """Whether no node has this name, nor will have it."""
        return ref not in self.made and self.snapshot.get(ref) is None

    def refuse_over(self, ref: Ref, subject: object, field: str, hint: str) -> None:
        """Note a problem when an objective or key result is over."""
        why = over(self.snapshot, ref)
        if why:
            self.tell(ErrorCode.CLOSED, subject, why, field, str(ref), hint)

    def refuse_closed(self, cycle: Cycle, subject: object, field: str) -> None:
        """Note a problem when a cycle is closed."""
        if cycle.state is CycleState.CLOSED:
            hint = "name an open cycle, or undo its close"
            words = f"{cycle.ref} is closed"
            self.tell(ErrorCode.CLOSED, subject, words, field, str(cycle.ref), hint)


def existing_of(snapshot: Snapshot, cls: type[E], key: str) -> E:
    """Give the node of a kind with a key. NotFound when there is none."""
    return cast("E", existing(snapshot, Ref(cls.KIND, key)))


def expect_kind(ref: Ref, kinds: Collection[str], words: str) -> None:
    """Raise Refused when a reference names a node of none of these kinds."""
    if ref.kind not in kinds:
        hint = "takes " + ", ".join(kinds)
        raise Refused([Violation(ErrorCode.END_KIND, f"{ref}: {words}", str(ref), hint=hint)])


def named(cls: type[Entity], key: Json) -> Ref:
    """Name a node for messages, whatever was given as its key."""
    fits = isinstance(key, str) and len(key) <= MAX_KEY_LENGTH
    return Ref(cls.KIND, cast("str", key) if fits else shown(key))


def over(snapshot: Snapshot, ref: Ref) -> str:
    """Say why an objective or key result is over, as `Objective/o is closed`; "" while it goes on.

    An objective is over when it is closed or dropped, or its cycle closed. A key result is over
    with any of its objectives, but a dropped one stands in nobody's way while another goes on.
    """
    if ref.kind != KeyResult.KIND:
        return _objective_over(snapshot, ref)
    objectives = [link.target for link in snapshot.out(ref, Measures)]
    found = [(objective, _objective_over(snapshot, objective)) for objective in objectives]
    goes_on = any(not words for _, words in found)
    told = [w for objective, w in found if w and not (goes_on and is_dropped(snapshot, objective))]
    return "; ".join(told)


def _objective_over(snapshot: Snapshot, ref: Ref) -> str:
    node, cycle = snapshot.get(ref), own_cycle(snapshot, ref)
    if isinstance(node, Objective) and node.state in OVER:
        return f"{ref} is {node.state}"
    if cycle is not None and cycle.state is CycleState.CLOSED:
        return f"{ref} is in {cycle.ref}, which is closed"
    return ""
