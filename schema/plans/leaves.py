"""Values of scalars and enums, and lists of them, in the form in which JSON is written of them."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final, TypeAlias

from graphql import (
    Executor,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLOutputType,
    GraphQLString,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

Give: TypeAlias = Callable[[Any], Any]
"""Gives a value's form. Raises where it cannot be of its type; who catches it looks for the place."""

_PLAIN: Final[Mapping[GraphQLLeafType, type]] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLInt: int,
    GraphQLBoolean: bool,
}
_INT: Final = 2**31


def is_leaf(type_: GraphQLOutputType) -> bool:
    """Say whether a type has no fields: a scalar, an enum, or lists of one."""
    return is_leaf_type(get_named_type(type_))


def leaf(type_: GraphQLOutputType) -> Give:
    """Give what writes the values of a type that has no fields."""
    if is_non_null_type(type_):
        return _sure(leaf(type_.of_type))
    return _present(type_)


def _present(type_: Any) -> Give:  # noqa: ANN401 - graphql-core's guards narrow it
    single = _listed(leaf(type_.of_type)) if is_list_type(type_) else coercion(type_)

    def give(value: Any) -> Any:  # noqa: ANN401
        return None if value is None else single(value)

    return give


def _sure(nullable: Give) -> Give:
    def give(value: Any) -> Any:  # noqa: ANN401
        found = nullable(value)
        if found is None:
            raise TypeError
        return found

    return give


def _listed(single: Give) -> Give:
    def give(value: Any) -> Any:  # noqa: ANN401
        if not isinstance(value, list | tuple):
            raise TypeError
        return [single(item) for item in value]

    return give


def coercion(type_: GraphQLLeafType) -> Give:
    """Give what coerces values of a scalar or an enum, as graphql-core does."""
    if isinstance(type_, GraphQLEnumType):
        return _named(type_)
    if type_ is GraphQLInt:
        return _integer
    plain = _PLAIN.get(type_)
    if plain is None:
        return lambda value: Executor.complete_leaf_value(type_, value)

    def give(value: Any) -> Any:  # noqa: ANN401
        # What is of the type already is given as it is: all but every value is.
        return value if type(value) is plain else Executor.complete_leaf_value(type_, value)

    return give


def _integer(value: Any) -> Any:  # noqa: ANN401
    if type(value) is int and -_INT <= value < _INT:
        return value
    return Executor.complete_leaf_value(GraphQLInt, value)


def _named(type_: GraphQLEnumType) -> Give:
    known: dict[Hashable, Any] = {}

    def give(value: Any) -> Any:  # noqa: ANN401
        try:
            return known[value]
        except (KeyError, TypeError):
            found = Executor.complete_leaf_value(type_, value)
        known[value] = found  # as many as the enum has
        return found

    return give
