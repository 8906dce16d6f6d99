"""The types of property values, out and in: scalars, enums and records."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cached_property

from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from graph.model.catalog import Property
from graph.model.codec import dump_value
from graph.model.values import Json, Shape, Value
from graph.model.vocabulary import Term
from schema.building import (
    TypeRef,
    attribute,
    input_field,
    input_type,
    many,
    object_type,
    optional,
)
from schema.naming import camel, described
from schema.scalars import MOMENT
from schema.types.enums import code_enum, fixed_enums, kind_enum, relation_enum, term_enum

_PLAIN: Mapping[Shape, TypeRef] = {
    Shape.TEXT: str,
    Shape.INTEGER: int,
    Shape.NUMBER: float,
    Shape.BOOLEAN: bool,
    Shape.DATE: date,
    Shape.INSTANT: datetime,
    Shape.MOMENT: MOMENT,
}

_PARTS: Mapping[tuple[str, str], str] = {
    ("Estimate", "optimistic"): "If all goes well.",
    ("Estimate", "likely"): "Most likely.",
    ("Estimate", "pessimistic"): "If much goes wrong.",
    ("StateChange", "state"): "The state that was entered.",
    ("StateChange", "at"): "When it was entered.",
    ("StatusChange", "status"): "The status that was entered.",
    ("StatusChange", "at"): "When it was entered.",
    ("SeriesPoint", "at"): "When the value was read.",
    ("SeriesPoint", "value"): "The value, in the metric's unit.",
    ("Tranche", "amount"): "The sum that is released, in the budget line's currency.",
    ("Tranche", "progress"): "The progress that releases it. Unit: ratio 0-1.",
    ("Tranche", "key_result"): "The key of the key result whose progress counts.",
    ("AreaRating", "area"): "The area that was rated.",
    ("AreaRating", "stage"): "The stage it was rated at.",
}


class Values:
    """Gives the type of each property; makes each enum and record type once."""

    def __init__(self) -> None:
        self._terms: dict[type[Term], StrawberryEnumDefinition] = {}
        self._records: dict[str, type] = {}
        self._inputs: dict[str, type] = {}
        self.fixed: dict[type[Enum], StrawberryEnumDefinition] = fixed_enums()

    @cached_property
    def kind(self) -> StrawberryEnumDefinition:
        """The enum of the kinds of node."""
        return kind_enum()

    @cached_property
    def relation(self) -> StrawberryEnumDefinition:
        """The enum of the types of relationship."""
        return relation_enum()

    @cached_property
    def code(self) -> StrawberryEnumDefinition:
        """The enum of the codes of problems."""
        return code_enum()

    def term(self, term: type[Term]) -> StrawberryEnumDefinition:
        """Give the enum of a word list."""
        if term not in self._terms:
            self._terms[term] = term_enum(term)
        return self._terms[term]

    def single(self, prop: Property) -> TypeRef:
        """Give the type of one value of a property, as answers have it."""
        if prop.term is not None:
            return self.term(prop.term)
        return self._record(prop) if prop.record is not None else _PLAIN[prop.shape]

    def output(self, prop: Property) -> TypeRef:
        """Give the type of a property, as answers have it."""
        if prop.many:
            return many(self.single(prop))
        sure = prop.required or prop.default is not None
        return self.single(prop) if sure else optional(self.single(prop))

    def input(self, prop: Property) -> TypeRef:
        """Give the type of a property, as inputs have it; nullable or not is up to the input."""
        single = self.single(prop) if prop.record is None else self._record_input(prop)
        return many(single) if prop.many else single

    def field(self, prop: Property) -> StrawberryField:
        """Give the field that reads a property."""
        return attribute(
            camel(prop.name), self.output(prop), described(prop.prop), source=prop.attribute
        )

    def _record(self, prop: Property) -> type:
        name, fields = self._parts(prop, self.output)
        if name not in self._records:
            made = [attribute(camel(n), t, d, source=n) for n, t, d in fields]
            self._records[name] = object_type(name, _text(prop), made)
        return self._records[name]

    def _record_input(self, prop: Property) -> type:
        name, fields = self._parts(prop, self.input)
        if name not in self._inputs:
            made = [input_field(camel(n), t, d, source=n) for n, t, d in fields]
            names = [n for n, _, _ in fields]

            def read(given: Mapping[str, object]) -> object:
                return [raw(given.get(part)) for part in names]

            self._inputs[name] = input_type(f"{name}Input", _text(prop), made, read)
        return self._inputs[name]

    def _parts(
        self, prop: Property, type_of: Callable[[Property], TypeRef]
    ) -> tuple[str, list[tuple[str, TypeRef, str]]]:
        name = prop.record.__name__ if prop.record is not None else ""
        return name, [(p.name, type_of(p), _PARTS[name, p.name]) for p in prop.parts]


def _text(prop: Property) -> str:
    return (prop.record.__doc__ or "").strip() if prop.record is not None else ""


def raw(value: object) -> Json:
    """Give the raw form, as commands take it, of a value that an input holds."""
    if isinstance(value, list | tuple):
        return [raw(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str | date):
        return dump_value(_value(value))
    msg = f"an input cannot hold {type(value).__name__}"
    raise TypeError(msg)


def _value(value: bool | float | str | date | None) -> Value:
    return value
