"""The arguments of a field as JSON Schema.

Reference: JSON Schema 2020-12.
"""

from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    ast_from_value,
    get_named_type,
    value_from_ast_untyped,
)

_SCALARS: Final[Mapping[str, Mapping[str, object]]] = {
    "Int": {"type": "integer"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "String": {"type": "string"},
    "ID": {"type": "string"},
    "Date": {"type": "string", "format": "date"},
    "DateTime": {"type": "string", "format": "date-time"},
}


def can_be_told(argument: GraphQLArgument) -> bool:
    """Say whether an argument has a plain form: filters and orders, which nest, have none."""
    type_ = get_named_type(argument.type)
    if not isinstance(type_, GraphQLInputObjectType):
        return True
    inner = (get_named_type(field.type) for field in type_.fields.values())
    return not any(isinstance(each, GraphQLInputObjectType) for each in inner)


def schema_of(arguments: Mapping[str, GraphQLArgument]) -> dict[str, object]:
    """Give the schema of an object of arguments."""
    return _object(arguments)


def _object(
    fields: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
) -> dict[str, Any]:
    needed = [
        name
        for name, field in fields.items()
        if isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined
    ]
    return {
        "type": "object",
        "properties": {name: _told(field) for name, field in fields.items()},
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }


def _told(field: GraphQLArgument | GraphQLInputField) -> dict[str, object]:
    told = _type(field.type)
    if field.description:
        told["description"] = field.description
    if field.default_value not in (Undefined, None):
        node = ast_from_value(field.default_value, field.type)
        if node is not None:
            told["default"] = value_from_ast_untyped(node)
    return told


def _type(type_: GraphQLInputType) -> dict[str, object]:
    if isinstance(type_, GraphQLNonNull):
        return _type(type_.of_type)
    if isinstance(type_, GraphQLList):
        return {"type": "array", "items": _type(type_.of_type)}
    if isinstance(type_, GraphQLEnumType):
        return {"type": "string", "enum": list(type_.values)}
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_.fields)
    return dict(_SCALARS.get(type_.name, {}))
