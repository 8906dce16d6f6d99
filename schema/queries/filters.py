"""The filter and order inputs of each kind, read off the catalogue."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import cast

from strawberry.types.field import StrawberryField

from graph.analyses.goals.computed import Computed, computed_of
from graph.model.catalog import EntityKind, Property, common_properties
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from graph.model.values import Shape
from schema.building import TypeRef, enum_type, extend, input_field, input_type, many, optional
from schema.naming import camel, words
from schema.queries.filtering import (
    NodeTest,
    Test,
    all_of,
    any_of,
    none_of,
    property_test,
    refuse_null,
    value_test,
)
from schema.queries.ordering import MOST_KEYS, sortable
from schema.types.enums import OrderDirection
from schema.types.relationships import End, ends_of
from schema.types.values import Values

_WORDS: Mapping[str, str] = {
    "eq": "Equal to this; null asks for those without a value.",
    "in": "Equal to one of these.",
    "lt": "Less than this.",
    "lte": "At most this.",
    "gt": "Greater than this.",
    "gte": "At least this.",
    "contains": "Holds this text, whatever the case.",
    "startsWith": "Begins with this text, whatever the case.",
    "isNull": "True: without a value; false: with one.",
    "isEmpty": "True: without entries; false: with some.",
    "has": "Holds this entry.",
    "hasAny": "Holds at least one of these entries.",
    "hasAll": "Holds all of these entries.",
}
_RANGE = ("eq", "in", "lt", "lte", "gt", "gte", "isNull")
_OPERATORS: Mapping[Shape, tuple[str, ...]] = {
    Shape.TEXT: ("eq", "in", "contains", "startsWith", "isNull"),
    Shape.INTEGER: _RANGE,
    Shape.NUMBER: _RANGE,
    Shape.BOOLEAN: ("eq", "isNull"),
    Shape.DATE: _RANGE,
    Shape.INSTANT: _RANGE,
    Shape.MOMENT: _RANGE,
    Shape.TERM: ("eq", "in", "isNull"),
    Shape.RECORD: ("isNull",),
}
_NAMES: Mapping[Shape, str] = {
    Shape.TEXT: "String",
    Shape.INTEGER: "Int",
    Shape.NUMBER: "Float",
    Shape.BOOLEAN: "Boolean",
    Shape.DATE: "Date",
    Shape.INSTANT: "DateTime",
    Shape.MOMENT: "Moment",
}
_OF_LISTS = frozenset({"in", "hasAny", "hasAll"})
_OF_BOOLEANS = frozenset({"isNull", "isEmpty"})


class Filters:
    """Makes the filter and order inputs; those of property values once for all kinds."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._made: dict[str, type] = {}
        self._node = self._node_filter()
        self._related = self._related_filter()

    def of_kind(self, kind: EntityKind[Entity]) -> type:
        """Give `{Kind}Filter`."""
        fields = [self._property_field(prop) for prop in kind.properties]
        fields += [self._end_field(end) for end in ends_of(kind.label)]
        fields += [self._property_field(found.prop) for found in computed_of(kind.label)]
        tests = {p.name: _by_property(p) for p in kind.properties}
        tests |= {found.prop.name: _by_computed(found) for found in computed_of(kind.label)}
        tests |= {end.word: _by_end(end) for end in ends_of(kind.label)}
        text = f"Which {words(kind.label)}s to list: those that pass every test given."
        return _with_logic(f"{kind.label}Filter", text, fields, tests)

    def order_of_kind(self, kind: EntityKind[Entity]) -> type:
        """Give `{Kind}Order`."""
        names = [(p.name.upper(), p.name, p.prop.description) for p in sortable(kind)]
        cls = Enum(f"{kind.label}OrderField", {n: v for n, v, _ in names})  # type: ignore[misc]
        what = words(kind.label)
        field = enum_type(cls, f"{kind.label}OrderField", f"What {what}s can be sorted by.", names)
        return input_type(
            f"{kind.label}Order",
            f"A property by which {what}s are sorted; at most {MOST_KEYS} of them.",
            [
                input_field("field", field, "The property."),
                input_field(
                    "direction",
                    self._values.fixed[OrderDirection],
                    "Which end comes first.",
                    default=OrderDirection.ASC.value,
                ),
            ],
        )

    def _property_field(self, prop: Property) -> StrawberryField:
        test = optional(self._value_filter(prop))
        text = prop.prop.description
        return input_field(camel(prop.name), test, f"By: {text}", source=prop.name)

    def _end_field(self, end: End) -> StrawberryField:
        text = f"By what is at the other end of {end.relation.type}. {end.description}"
        return input_field(end.name, optional(self._related), text, source=end.word)

    def _value_filter(self, prop: Property) -> type:
        """Give the filter input of a property's shape."""
        operators = _OPERATORS[prop.shape]
        if prop.many:
            operators = ("has", "hasAny", "hasAll", "isEmpty")
            if prop.record is not None:
                operators = ("isEmpty",)
        single: TypeRef = bool if prop.record is not None else self._values.single(prop)
        name = prop.term.__name__ if prop.term is not None else _NAMES.get(prop.shape, "Presence")
        name += ("List" if prop.many else "") + "Filter"
        if name not in self._made:
            fields = [
                input_field(op, optional(_operand(op, single)), _WORDS[op]) for op in operators
            ]
            text = "Tests of a property: all that are given have to pass."
            self._made[name] = input_type(name, text, fields, value_test)
        return self._made[name]

    def _node_filter(self) -> type:
        """Make `NodeFilter`: tests by what every kind has."""
        kind = input_type(
            "NodeKindFilter",
            "Tests of a node's kind: all that are given have to pass.",
            [
                input_field("eq", optional(self._values.kind), "Of this kind."),
                input_field("in", optional(many(self._values.kind)), "Of one of these kinds."),
            ],
            value_test,
        )
        fields = [input_field("kind", optional(kind), "By the kind of node.")]
        fields += [self._property_field(prop) for prop in common_properties()]
        tests = {p.name: _by_property(p) for p in common_properties()}
        tests["kind"] = lambda test: property_test("KIND", cast("Test", test))
        text = "Which nodes count: those that pass every test given."
        return _with_logic("NodeFilter", text, fields, tests)

    def _related_filter(self) -> type:
        return input_type(
            "RelatedFilter",
            "Tests of what is at the other end of a relationship: all that are given have to pass.",
            [
                input_field("exists", optional(bool), "True: there is some; false: there is none."),
                input_field("some", optional(self._node), "At least one of them passes this."),
                input_field("none", optional(self._node), "None of them passes this."),
            ],
        )


def _operand(operator: str, single: TypeRef) -> TypeRef:
    if operator in _OF_BOOLEANS:
        return bool
    return many(single) if operator in _OF_LISTS else single


def _by_property(prop: Property) -> Callable[[object], NodeTest]:
    return lambda test: property_test(prop.attribute, cast("Test", test))


def _by_computed(found: Computed) -> Callable[[object], NodeTest]:
    def read(test: object) -> NodeTest:
        passes = cast("Test", test)
        return lambda snapshot, entity: passes(found.value(snapshot, entity.ref))

    return read


def _by_end(end: End) -> Callable[[object], NodeTest]:
    def read(given: object) -> NodeTest:
        tests = [
            _related(end, name, operand)
            for name, operand in cast("Mapping[str, object]", given).items()
        ]
        return all_of(tests)

    return read


def _related(end: End, name: str, operand: object) -> NodeTest:
    if operand is None:
        refuse_null(name)
    far_test = (lambda _, __: True) if name == "exists" else cast("NodeTest", operand)
    wanted = operand if name == "exists" else name == "some"

    def test(snapshot: Snapshot, entity: Entity) -> bool:
        links = (snapshot.out if end.outward else snapshot.into)(entity.ref, end.relation.cls)
        found = (snapshot.get(end.far(link)) for link in links)
        return any(far is not None and far_test(snapshot, far) for far in found) is wanted

    return test


def _with_logic(
    name: str,
    description: str,
    fields: Sequence[StrawberryField],
    tests: Mapping[str, Callable[[object], NodeTest]],
) -> type:
    """Make a filter input that can hold filters of its own kind in `and`, `or` and `not`."""

    def read(given: Mapping[str, object]) -> NodeTest:
        found = []
        for word, operand in given.items():
            if operand is None:
                refuse_null(camel(word))
            found.append(_LOGIC[word](operand) if word in _LOGIC else tests[word](operand))
        return all_of(found)

    made = input_type(name, description, fields, read)
    extend(
        made,
        [
            input_field("and", optional(many(made)), "All of these pass."),
            input_field("or", optional(many(made)), "At least one of these passes."),
            input_field("not", optional(made), "This does not pass."),
        ],
    )
    return made


_LOGIC: Mapping[str, Callable[[object], NodeTest]] = {
    "and": lambda tests: all_of(cast("Sequence[NodeTest]", tests)),
    "or": lambda tests: any_of(cast("Sequence[NodeTest]", tests)),
    "not": lambda test: none_of(cast("NodeTest", test)),
}
