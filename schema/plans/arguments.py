"""The arguments of a field: read once where they stand in the document, else once in a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import FieldNode, GraphQLField, ValueNode, VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from graphql.language import ListValueNode, ObjectValueNode
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_arguments

from schema.building import CallField
from schema.plans.running import Run
from schema.plans.writing import Arguments


@dataclass(frozen=True, slots=True)
class Reading:
    """What strawberry needs to make of an argument what a resolver takes."""

    scalars: Any
    config: StrawberryConfig


def arguments_of(
    reading: Reading,
    declared: GraphQLField,
    field: CallField,
    node: FieldNode,
    variables: VariableValues,
) -> Arguments:
    """Give what gives the arguments of a field in a run."""
    if not declared.args:
        return _none

    def read(values: VariableValues) -> Mapping[str, Any]:
        given = get_argument_values(declared, node, values)
        return convert_arguments(given, field.arguments, reading.scalars, reading.config)

    if not any(_varies(each.value) for each in node.arguments or ()):
        try:
            fixed = read(variables)
        except Exception:  # noqa: BLE001 - what is wrong with it is told in each run
            return lambda run: read(run.variables)
        return lambda _: fixed
    return _once(read)


def _once(read: Callable[[VariableValues], Mapping[str, Any]]) -> Arguments:
    key = id(read)

    def arguments(run: Run) -> Mapping[str, Any]:
        found = run.arguments.get(key)
        if found is None:
            found = run.arguments[key] = read(run.variables)
        return found

    return arguments


_NONE: Final[Mapping[str, Any]] = {}


def _none(run: Run) -> Mapping[str, Any]:
    del run
    return _NONE


def _varies(value: ValueNode) -> bool:
    """Say whether a value of a document has a variable in it."""
    if isinstance(value, ListValueNode):
        return any(map(_varies, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_varies(field.value) for field in value.fields)
    return isinstance(value, VariableNode)
