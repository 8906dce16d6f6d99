"""What a filter asks of a node, as a thing that can be looked at before it is put to any node.

A condition knows what it costs, gives the check that nodes are put to on a snapshot, and, where it
can, the nodes that come into question at all, so that not every node has to be looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeAlias

from graph.analyses.goals.computed import Computed
from graph.errors import BadUsage
from graph.model.catalog import ENTITY, Property
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from graph.model.sorting import sorted_in_runs
from graph.model.values import Ref
from schema.queries.filtering import ValueTest
from schema.queries.indexes import is_indexed, is_much, of_values

MOST_TESTS = 200
"""A filter holds at most so many tests."""
MOST_LEVELS = 12
"""A filter holds filters in each other at most so deep."""
MOST_STEPS = 3
"""A filter asks for what is at most so many relationships away."""

NodeCheck: TypeAlias = Callable[[Entity], bool]
"""Whether a node passes."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at: a snapshot, and the day at which it is seen."""

    snapshot: Snapshot
    day: Callable[[], date]


class Found(NamedTuple):
    """The nodes that come into question, sorted by key; `exact` says that they all pass."""

    nodes: Sequence[Entity]
    exact: bool


class Weight(NamedTuple):
    """What a condition is made of: tests, levels, steps; and whether it needs the roll-up."""

    tests: int = 1
    levels: int = 1
    steps: int = 0
    rolled: bool = False


class Condition(Protocol):
    """What is asked of a node."""

    @property
    def weight(self) -> Weight:
        """What it is made of."""
        ...

    def bind(self, sight: Sight, /) -> NodeCheck:
        """Give the check on a snapshot."""
        ...

    def among(self, sight: Sight, label: str, /) -> Found | None:
        """Give the nodes of a kind that come into question; None where all of them do."""
        ...


@dataclass(frozen=True, slots=True)
class ByProperty:
    """Asks for the value of a property."""

    prop: Property
    test: ValueTest

    @property
    def weight(self) -> Weight:
        """What it is made of."""
        return Weight(self.test.operators)

    def bind(self, _: Sight) -> NodeCheck:
        """Give the check."""
        attribute, passes = self.prop.attribute, self.test.passes
        return lambda entity: passes(getattr(entity, attribute))

    def among(self, sight: Sight, label: str) -> Found | None:
        """Look the nodes up, by key or by an index."""
        values = self.test.values
        if values is None:
            return None
        exact = self.test.operators == 1
        if self.prop.name == "key":
            refs = [
                Ref(label, key) for key in sorted(key for key in values if isinstance(key, str))
            ]
            return Found([n for n in map(sight.snapshot.get, refs) if n is not None], exact)
        if not is_indexed(self.prop):
            return None
        nodes = of_values(sight.snapshot, label, self.prop, values)
        return None if nodes is None else Found(nodes, exact)


@dataclass(frozen=True, slots=True)
class ByComputed:
    """Asks for what is computed of a node."""

    computed: Computed
    test: ValueTest

    @property
    def weight(self) -> Weight:
        """What it is made of."""
        return Weight(self.test.operators, rolled=self.computed.rolled)

    def bind(self, sight: Sight) -> NodeCheck:
        """Give the check; the day is asked for where it is needed."""
        read, passes = self.computed.read(sight.snapshot, sight.day), self.test.passes
        return lambda entity: passes(read(entity.ref))

    def among(self, _: Sight, __: str) -> Found | None:
        """Give None: nothing is known beforehand."""
        return None


@dataclass(frozen=True, slots=True)
class OfKind:
    """Asks for the kind, and for what that kind has."""

    labels: frozenset[str]
    inner: Condition | None = None

    @property
    def weight(self) -> Weight:
        """What it is made of."""
        return Weight() if self.inner is None else self.inner.weight

    def bind(self, sight: Sight) -> NodeCheck:
        """Give the check."""
        labels = self.labels
        if self.inner is None:
            return lambda entity: entity.KIND in labels
        passes = self.inner.bind(sight)
        return lambda entity: entity.KIND in labels and passes(entity)

    def among(self, sight: Sight, label: str) -> Found | None:
        """Give none of another kind."""
        if label not in self.labels:
            return Found((), exact=True)
        return None if self.inner is None else self.inner.among(sight, label)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Asks that all of several pass."""

    parts: tuple[Condition, ...]

    @property
    def weight(self) -> Weight:
        """What it is made of."""
        return joined(self.parts)

    def bind(self, sight: Sight) -> NodeCheck:
        """Give the check."""
        checks = [part.bind(sight) for part in self.parts]
        if len(checks) == 1:
            return checks[0]
        return lambda entity: all(check(entity) for check in checks)

    def among(self, sight: Sight, label: str) -> Found | None:
        """Give the fewest that any part knows of."""
        known = [found for part in self.parts if (found := part.among(sight, label)) is not None]
        if not known:
            return None
        fewest = min(known, key=lambda found: len(found.nodes))
        return Found(fewest.nodes, fewest.exact and len(self.parts) == 1)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Asks that one of several passes."""

    parts: tuple[Condition, ...]

    @property
    def weight(self) -> Weight:
        """What it is made of."""
        return joined(self.parts)

    def bind(self, sight: Sight) -> NodeCheck:
        """Give the check."""
        checks = [part.bind(sight) for part in self.parts]
        return lambda entity: any(check(entity) for check in checks)

    def among(self, sight: Sight, label: str) -> Found | None:
        """Give what the parts know of together, where each of them knows."""
        known: list[Found] = []
        total = 0
        for part in self.parts:
            found = part.among(sight, label)
            total += len(found.nodes) if found else 0
            if found is None or is_much(sight.snapshot, label, total):
                return None
            known.append(found)
        nodes = {node.key: node for found in known for node in found.nodes}
        keys = sorted_in_runs(list(nodes), str)
        return Found([nodes[key] for key in keys], all(found.exact for found in known))


@dataclass(frozen=True, slots=True)
class Not:
    """Asks that another does not pass."""

    part: Condition

    @property
    def weight(self) -> Weight:
        """What it is made of."""
        return self.part.weight

    def bind(self, sight: Sight) -> NodeCheck:
        """Give the check."""
        passes = self.part.bind(sight)
        return lambda entity: not passes(entity)

    def among(self, _: Sight, __: str) -> Found | None:
        """Give None: nothing is known beforehand."""
        return None


def joined(parts: Sequence[Condition]) -> Weight:
    """Give what several are made of together."""
    weights = [part.weight for part in parts]
    return Weight(
        sum(weight.tests for weight in weights),
        max((weight.levels for weight in weights), default=1),
        max((weight.steps for weight in weights), default=0),
        any(weight.rolled for weight in weights),
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it was given: all of its parts pass. It is a level of its own."""

    whole: Condition
    weight: Weight

    @classmethod
    def of(cls, parts: Sequence[Condition]) -> "Filter":
        """Put a filter together. BadUsage when it is larger than any may be."""
        weight = joined(parts)
        weight = weight._replace(levels=weight.levels + 1)
        for name, found, most in (
            ("tests", weight.tests, MOST_TESTS),
            ("levels of filters", weight.levels - 1, MOST_LEVELS),
            ("relationships in a row", weight.steps, MOST_STEPS),
        ):
            if found > most:
                msg = f"the filter has {found} {name}: the limit is {most}"
                raise BadUsage(msg, "ask for less at once")
        return cls(AllOf(tuple(parts)), weight)

    def bind(self, sight: Sight) -> NodeCheck:
        """Give the check."""
        return self.whole.bind(sight)

    def among(self, sight: Sight, label: str) -> Found | None:
        """Give the nodes of a kind that come into question; None where all of them do."""
        return self.whole.among(sight, label)


def everyone(sight: Sight, label: str) -> Sequence[Entity]:
    """Give all nodes of a kind, sorted by key."""
    return sight.snapshot.ordered(ENTITY[label].cls)
