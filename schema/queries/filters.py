"""The filter inputs of each kind, read off the catalogue.

Inputs are shared as far as they can be: one for the values of a shape, one for a kind wherever it
is asked for, one for what is at the other end of a relationship.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.analyses.goals.computed import Computed, computed_of
from graph.model.catalog import ENTITIES, ENTITY, Property, common_properties
from schema.building import argument, extend, input_field, input_type, many, optional
from schema.naming import camel, snake, words
from schema.queries.conditions import (
    AllOf,
    AnyOf,
    ByComputed,
    ByProperty,
    Condition,
    Filter,
    Not,
    OfKind,
)
from schema.queries.filtering import ValueTest, refuse_nulls, value_test
from schema.queries.linked import link_test, several, single
from schema.queries.ordering import NODE
from schema.queries.orders import Orders
from schema.queries.valuetests import ValueTests
from schema.types.relationships import End, ends_of
from schema.types.values import Values

Reader = Callable[[object], Condition]
"""Makes a condition of what a field of a filter was given."""


class Filters:
    """Makes the filter and order inputs, and the arguments that take them.

    `tests` makes those of values.
    """

    def __init__(self, values: Values) -> None:
        self._values = values
        self.tests = ValueTests(values)
        self._orders = Orders(values)
        self._made: dict[str, type] = {}

    def arguments(self, label: str) -> list[StrawberryArgument]:
        """Make the arguments of a connection of nodes of a kind, or of any kind."""
        return [
            argument("filter", optional(self.of(label)), "Only those that pass.", source="filter_"),
            argument(
                "orderBy",
                optional(many(self._orders.of(label))),
                "How to sort. Ties are broken as the list is sorted if this is left out: by key.",
                source="order_by",
            ),
        ]

    def of(self, label: str) -> type:
        """Give `{Kind}Filter`, or `NodeFilter`."""
        name = f"{label}Filter"
        if name not in self._made:
            readers: dict[str, Reader] = {}
            what = words(label)
            text = f"Which {what}s to list: those that pass every test given."
            self._made[name] = made = input_type(name, text, [], _reader(readers))
            # Filled only now: what is at the other end of a relationship may ask for this kind.
            extend(made, self._node(readers) if label == NODE else self._kind(label, readers))
            extend(made, _logic(made))
        return self._made[name]

    def _kind(self, label: str, readers: dict[str, Reader]) -> list[StrawberryField]:
        found = computed_of(label)
        readers |= {p.name: _by_property(p) for p in ENTITY[label].properties}
        readers |= {c.prop.name: _by_computed(c) for c in found}
        readers |= {end.word: _by_end(end) for end in ends_of(label)}
        properties = [*ENTITY[label].properties, *(c.prop for c in found)]
        return [*map(self.tests.field, properties), *map(self._end, ends_of(label))]

    def _node(self, readers: dict[str, Reader]) -> list[StrawberryField]:
        """Make the fields by what every kind has, and one for each kind."""
        kind = input_type(
            "NodeKindFilter",
            "Tests of a node's kind: all that are given have to pass.",
            [
                input_field("eq", optional(self._values.kind), "Of this kind."),
                input_field("in", optional(many(self._values.kind)), "Of one of these kinds."),
            ],
            _kind_test,
        )
        fields = [input_field("kind", optional(kind), "By the kind of node.")]
        fields += map(self.tests.field, common_properties())
        readers |= {p.name: _by_property(p) for p in common_properties()}
        readers["kind"] = lambda test: OfKind(_labels(cast("ValueTest", test)))
        for found in ENTITIES:
            word, label = snake(found.label), found.label
            text = f"Only {words(label)}s, and of these only those that pass this."
            fields.append(input_field(camel(word), optional(self.of(label)), text, source=word))
            readers[word] = _of_kind(label)
        return fields

    def _end(self, end: End) -> StrawberryField:
        text = f"By what is at the other end of {end.relation.type}. {end.description}"
        label = end.kinds[0] if len(end.kinds) == 1 else NODE
        type_ = self.of(label) if end.to_one else self._several(end, label)
        if end.to_one:
            text += " There is one, and it passes this."
        return input_field(end.name, optional(type_), text, source=end.word)

    def _several(self, end: End, label: str) -> type:
        """Give the tests of several nodes at the other end."""
        relation = end.relation
        own = [p for p in relation.properties if not p.prop.system]
        name = f"{relation.cls.__name__ if own else 'Related'}{label}Filter"
        if name not in self._made:
            far, what = self.of(label), f"{words(label)}s at the other end"
            fields = [
                input_field("exists", optional(bool), "True: there is some; false: there is none."),
                input_field("some", optional(far), "At least one of them passes this."),
                input_field("every", optional(far), "All of them pass this, or there is none."),
                input_field("none", optional(far), "None of them passes this."),
            ]
            if own:
                text = "Only relationships that pass this count; the other tests are of those."
                type_ = self._relationship(relation.cls.__name__, relation.properties)
                fields.append(input_field("relationship", optional(type_), text))
            text = f"Tests of the {what} of a relationship: all that are given have to pass."
            self._made[name] = input_type(name, text, fields)
        return self._made[name]

    def _relationship(self, word: str, properties: Sequence[Property]) -> type:
        name = f"{word}Filter"
        if name not in self._made:
            attributes = {p.name: p.attribute for p in properties}
            self._made[name] = input_type(
                name,
                "Tests of a relationship's own properties: all that are given have to pass.",
                [self.tests.field(p) for p in properties],
                lambda given: link_test({attributes[n]: test for n, test in given.items()}),
            )
        return self._made[name]


def _kind_test(given: Mapping[str, object]) -> ValueTest:
    refuse_nulls(given)
    return value_test(given)


def _labels(test: ValueTest) -> frozenset[str]:
    return frozenset(kind.label for kind in ENTITIES if test.passes(kind.label))


def _of_kind(label: str) -> Reader:
    return lambda given: OfKind(frozenset({label}), cast("Filter", given))


def _by_property(prop: Property) -> Reader:
    return lambda test: ByProperty(prop, cast("ValueTest", test))


def _by_computed(found: Computed) -> Reader:
    if found.own:
        return _by_property(found.prop)
    return lambda test: ByComputed(found, cast("ValueTest", test))


def _by_end(end: End) -> Reader:
    read = single if end.to_one else several
    return lambda given: read(end, given)


def _reader(readers: Mapping[str, Reader]) -> Callable[[Mapping[str, object]], Filter]:
    def read(given: Mapping[str, object]) -> Filter:
        refuse_nulls(given)
        return Filter.of([(_LOGIC.get(word) or readers[word])(op) for word, op in given.items()])

    return read


def _logic(made: type) -> list[StrawberryField]:
    """Make the fields that hold filters of the same kind."""
    return [
        input_field("and", optional(many(made)), "All of these pass."),
        input_field("or", optional(many(made)), "At least one of these passes."),
        input_field("not", optional(made), "This does not pass."),
    ]


_LOGIC: Mapping[str, Reader] = {
    "and": lambda parts: AllOf(tuple(cast("Sequence[Filter]", parts))),
    "or": lambda parts: AnyOf(tuple(cast("Sequence[Filter]", parts))),
    "not": lambda part: Not(cast("Filter", part)),
}
