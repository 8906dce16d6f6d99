"""The inputs that test values: one for each shape, word list and record, shared by all kinds."""

from collections.abc import Mapping, Sequence

from strawberry.types.field import StrawberryField

from graph.model.catalog import Property
from graph.model.values import Shape
from schema.building import TypeRef, input_field, input_type, many, optional
from schema.naming import camel
from schema.queries.filtering import record_test, records_test, value_test
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
    "endsWith": "Ends with this text, whatever the case.",
    "isNull": "True: without a value; false: with one.",
    "isEmpty": "True: without entries; false: with some.",
    "has": "Holds this entry.",
    "hasAny": "Holds at least one of these entries.",
    "hasAll": "Holds all of these entries.",
}
_RANGE = ("eq", "in", "lt", "lte", "gt", "gte", "isNull")
_OPERATORS: Mapping[Shape, tuple[str, ...]] = {
    Shape.TEXT: ("eq", "in", "contains", "startsWith", "endsWith", "isNull"),
    Shape.INTEGER: _RANGE,
    Shape.NUMBER: _RANGE,
    Shape.BOOLEAN: ("eq", "isNull"),
    Shape.DATE: _RANGE,
    Shape.INSTANT: _RANGE,
    Shape.MOMENT: _RANGE,
    Shape.TERM: ("eq", "in", "isNull"),
}
_OF_LISTS = ("has", "hasAny", "hasAll", "isEmpty")
_NAMES: Mapping[Shape, str] = {
    Shape.TEXT: "String",
    Shape.INTEGER: "Int",
    Shape.NUMBER: "Float",
    Shape.BOOLEAN: "Boolean",
    Shape.DATE: "Date",
    Shape.INSTANT: "DateTime",
    Shape.MOMENT: "Moment",
}
_TAKES_SEVERAL = frozenset({"in", "hasAny", "hasAll"})
_TAKES_BOOLEAN = frozenset({"isNull", "isEmpty"})
_TEXT = "all that are given have to pass."


class ValueTests:
    """Gives the input that tests the values of a property; makes each once."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._made: dict[str, type] = {}

    def field(self, prop: Property) -> StrawberryField:
        """Make the field of a filter that tests a property."""
        text = f"By: {prop.prop.description}"
        return input_field(camel(prop.name), optional(self._of(prop)), text, source=prop.name)

    def _of(self, prop: Property) -> type:
        if prop.record is not None:
            return self._records(prop) if prop.many else self._record(prop)
        word = prop.term.__name__ if prop.term is not None else _NAMES[prop.shape]
        name = f"{word}{'List' if prop.many else ''}Filter"
        if name not in self._made:
            operators = _OF_LISTS if prop.many else _OPERATORS[prop.shape]
            single = self._values.single(prop)
            fields = [
                input_field(op, optional(_operand(op, single)), _WORDS[op]) for op in operators
            ]
            what = "a list" if prop.many else "a property"
            self._made[name] = input_type(name, f"Tests of {what}: {_TEXT}", fields, value_test)
        return self._made[name]

    def _record(self, prop: Property) -> type:
        word = prop.record.__name__ if prop.record is not None else ""
        name = f"{word}Filter"
        if name not in self._made:
            fields = [self._part(part) for part in prop.parts]
            fields.append(input_field("isNull", optional(bool), _WORDS["isNull"]))
            text = f"Tests of the parts of a value: {_TEXT}"
            self._made[name] = input_type(name, text, fields, record_test)
        return self._made[name]

    def _part(self, part: Property) -> StrawberryField:
        text = f"By its {part.name.replace('_', ' ')}."
        return input_field(camel(part.name), optional(self._of(part)), text, source=part.name)

    def _records(self, prop: Property) -> type:
        word = prop.record.__name__ if prop.record is not None else ""
        name = f"{word}ListFilter"
        if name not in self._made:
            one = optional(self._record(prop))
            fields: Sequence[StrawberryField] = [
                input_field("some", one, "At least one entry passes this."),
                input_field("every", one, "All entries pass this, or there is none."),
                input_field("none", one, "No entry passes this."),
                input_field("isEmpty", optional(bool), _WORDS["isEmpty"]),
            ]
            text = f"Tests of a list by its entries: {_TEXT}"
            self._made[name] = input_type(name, text, fields, records_test)
        return self._made[name]


def _operand(operator: str, single: TypeRef) -> TypeRef:
    if operator in _TAKES_BOOLEAN:
        return bool
    return many(single) if operator in _TAKES_SEVERAL else single
