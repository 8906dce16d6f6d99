"""Conditions on what is at the other end of a relationship, and on the relationship itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from graph.errors import BadUsage
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.model.sorting import sorted_in_runs
from graph.model.values import Ref
from schema.queries.conditions import AllOf, Condition, Filter, Found, NodeCheck, Sight, Weight
from schema.queries.filtering import ValueTest, refuse_nulls
from schema.types.relationships import End

FEW = 1_000
"""From so many nodes at the other end at most, the relationships are walked back."""

LinkCheck = Callable[[Relation], bool]


def link_test(given: Mapping[str, object]) -> LinkCheck:
    """Read the test of a relationship by its own properties; `given` is by attribute."""
    refuse_nulls(given)
    tests = [(name, cast("ValueTest", test).passes) for name, test in given.items()]
    return lambda link: all(passes(getattr(link, name)) for name, passes in tests)


@dataclass(frozen=True, slots=True)
class Linked:
    """Asks for what is at the other end: that some, every or none of it passes.

    Only relationships that pass `counts` count. `exists` stands for any node, or none at all.
    """

    end: End
    quantifier: str
    far: Condition | None
    wanted: bool = True
    counts: LinkCheck | None = None

    @property
    def weight(self) -> Weight:
        """What it is made of."""
        far = Weight() if self.far is None else self.far.weight
        return far._replace(steps=far.steps + 1)

    def bind(self, sight: Sight) -> NodeCheck:
        """Give the check. What is at several nodes' other end is put to its own check once."""
        snapshot, far_end = sight.snapshot, self.end.far
        links = self._links(snapshot)
        passes = _remembered(snapshot, None if self.far is None else self.far.bind(sight))
        if self.quantifier == "every":
            return lambda entity: all(passes(far_end(link)) for link in links(entity.ref))
        wanted = self.wanted
        return lambda entity: any(passes(far_end(link)) for link in links(entity.ref)) is wanted

    def _links(self, snapshot: Snapshot) -> Callable[[Ref], Iterator[Relation]]:
        found, cls, counts = self.end.found(snapshot), self.end.relation.cls, self.counts
        if counts is None:
            return lambda ref: iter(found(ref, cls))
        return lambda ref: (link for link in found(ref, cls) if counts(link))

    def among(self, sight: Sight, label: str) -> Found | None:
        """Walk back from the other end, where that is known to be few."""
        if self.far is None or self.quantifier == "every" or not self.wanted:
            return None
        ends: list[Entity] = []
        for kind in self.end.kinds:
            known = self.far.among(sight, kind)
            if known is None or len(ends) + len(known.nodes) > FEW:
                return None
            ends += known.nodes
        back = self.end.back(sight.snapshot)
        refs = {
            ref
            for end in ends
            for link in back(end.ref, self.end.relation.cls)
            if (ref := self.end.near(link)).kind == label
        }
        nodes = [
            node
            for ref in sorted_in_runs(list(refs), tuple)
            if (node := sight.snapshot.get(ref)) is not None
        ]
        return Found(nodes, exact=False)


def _remembered(snapshot: Snapshot, check: NodeCheck | None) -> Callable[[Ref], bool]:
    known: dict[Ref, bool] = {}

    def passes(ref: Ref) -> bool:
        found = known.get(ref)
        if found is None:
            node = snapshot.get(ref)
            found = known[ref] = node is not None and (check is None or check(node))
        return found

    return passes


def single(end: End, given: object) -> Condition:
    """Read the test of the one node at the other end: there is one, and it passes."""
    return Linked(end, "some", cast("Filter", given))


def several(end: End, given: object) -> Condition:
    """Read the tests of the nodes at the other end."""
    operands = cast("Mapping[str, object]", given)
    refuse_nulls(operands)
    counts = cast("LinkCheck | None", operands.get("relationship"))
    parts: list[Condition] = []
    for name, operand in operands.items():
        if name == "exists":
            parts.append(Linked(end, "exists", None, bool(operand), counts))
        elif name != "relationship":
            parts.append(Linked(end, name, cast("Filter", operand), name != "none", counts))
    if counts is not None and not parts:
        msg = f"the filter's {end.name} says which relationships count, but not what for"
        raise BadUsage(msg, "add exists, some, every or none")
    return AllOf(tuple(parts))
