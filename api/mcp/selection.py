"""A whole answer as a selection: every field of a type, down to the things it is about.

Whoever asks by a tool cannot choose fields. Where an answer leads to a node of the graph its kind,
key and name stand; the rest of the node is another question.
"""

from collections.abc import Iterator
from typing import Final

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_leaf_type,
    is_non_null_type,
    is_object_type,
)

NODE: Final = "Node"
DEEPEST: Final = 5
_NAMED: Final = "{ __typename id key name }"
_PAGED: Final = frozenset({"pageInfo", "edges", "nodes", "totalCount"})


def selection(schema: GraphQLSchema, type_: GraphQLNamedType) -> str:
    """Give the selection of a type, with its braces; "" for a leaf."""
    return _of(schema, type_, ())


def whole_node(schema: GraphQLSchema, kind: str = NODE) -> str:
    """Give the selection of a node with all that its kind says of it in plain values."""
    type_ = schema.type_map[kind]
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    leaves = " ".join(_leaves(type_))
    return (
        f"{{ __typename {leaves} }}"
        if kind == NODE
        else f"{{ ... on {kind} {{ __typename {leaves} }} }}"
    )


def _of(schema: GraphQLSchema, type_: GraphQLNamedType, above: tuple[str, ...]) -> str:
    if is_leaf_type(type_):
        return ""
    if _is_node(schema, type_):
        return _NAMED
    if not isinstance(type_, GraphQLObjectType):
        return "{ __typename }"
    if set(type_.fields) >= _PAGED:
        inner = _field(schema, "nodes", type_.fields["nodes"], above)
        return "{ totalCount " + (inner or "__typename") + " pageInfo { hasNextPage endCursor } }"
    inside = (*above, type_.name)
    parts = [_field(schema, name, field, inside) for name, field in type_.fields.items()]
    return "{ " + (" ".join(filter(None, parts)) or "__typename") + " }"


def _field(
    schema: GraphQLSchema, name: str, field: GraphQLField, above: tuple[str, ...]
) -> str | None:
    """Give a field with what is under it; None where it asks for something or leads back."""
    type_ = get_named_type(field.type)
    if type_.name in above or len(above) > DEEPEST or _asks(field):
        return None
    return f"{name} {_of(schema, type_, above)}".rstrip()


def _is_node(schema: GraphQLSchema, type_: GraphQLNamedType) -> bool:
    node = schema.type_map[NODE]
    if type_ is node:
        return True
    return is_object_type(type_) and node in type_.interfaces


def _leaves(type_: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[str]:
    for name, field in type_.fields.items():
        if is_leaf_type(get_named_type(field.type)) and not _asks(field):
            yield name


def _asks(field: GraphQLField) -> bool:
    """Say whether a field has an argument that has to be given."""
    return any(
        is_non_null_type(each.type) and each.default_value is Undefined
        for each in field.args.values()
    )
