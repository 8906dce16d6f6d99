"""What an operation may cost at most: its fields, times the rows of the pages that they are in.

It is known before anything runs: from the document, the variables and what fields declare. Rows that
turn out not to be there are counted nevertheless.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from schema.measuring import fragments_of
from schema.paging import PAGE_DEFAULT, PAGE_MOST
from schema.weights import MUTATION, SUBSCRIPTION, weights

ASSUMED_ROWS: Final = 10
"""Rows of a list that no argument bounds."""
_PAGING: Final = ("first", "last", "limit")
_NAMING: Final = ("ids", "of", "ofTeams", "keys")
"""Arguments that say how many rows come, by their value or by how many they name."""

Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Part:
    """Selections that are yet to be counted, each as often as `times`; `rows` of lists in them."""

    selections: Sequence[SelectionNode]
    parent: GraphQLNamedType | None
    times: int
    rows: int


def cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
) -> int:
    """Give what an operation of a valid document costs. Cost: linear in its fields, spread out."""
    counting = _Counting(schema, fragments_of(document), _given(operation, variables))
    root = schema.get_root_type(operation.operation)
    first = _Part(operation.selection_set.selections, root, 1, ASSUMED_ROWS)
    base = {OperationType.MUTATION: MUTATION, OperationType.SUBSCRIPTION: SUBSCRIPTION}
    return counting.counted(first, base.get(operation.operation, 0))


class _Counting:
    """Counts one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._weights = weights()

    def counted(self, part: _Part, each_of_root: int) -> int:
        """Give the cost of a selection; each field of the root costs something more."""
        total, waiting = 0, [(part, each_of_root)]
        while waiting:
            found, more = waiting.pop()
            for node in found.selections:
                if isinstance(node, FieldNode):
                    weight, inner = self._field(node, found)
                    total += found.times * (weight + more)
                    waiting += [(each, 0) for each in inner]
                else:
                    waiting += [(each, more) for each in self._spread(node, found)]
        return total

    def _spread(self, node: SelectionNode, part: _Part) -> Iterator[_Part]:
        source: FragmentDefinitionNode | InlineFragmentNode | None = None
        if isinstance(node, FragmentSpreadNode):
            source = self._fragments.get(node.name.value)
        elif isinstance(node, InlineFragmentNode):
            source = node
        if source is None:
            return
        condition = source.type_condition
        type_ = self._schema.get_type(condition.name.value) if condition else part.parent
        yield _Part(source.selection_set.selections, type_, part.times, part.rows)

    def _field(self, node: FieldNode, part: _Part) -> tuple[int, Iterator[_Part]]:
        """Give what a field costs by itself, and what is selected within it."""
        name, parent = node.name.value, part.parent
        weight = self._weights.get(f"{parent.name if parent else ''}.{name}", 1)
        known = (
            parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        )
        field = known.get(name)
        if field is None or node.selection_set is None:
            return weight, iter(())
        rows = self._rows(node, field)
        times = part.times
        if _is_list(field.type):
            times *= part.rows if rows is None else rows
        inner = _Part(
            node.selection_set.selections,
            get_named_type(field.type),
            times,
            ASSUMED_ROWS if rows is None else rows,
        )
        return weight, iter((inner,))

    def _rows(self, node: FieldNode, field: GraphQLField) -> int | None:
        """Give how many rows a field's arguments ask for; None where none of them says so."""
        given = {each.name.value: each.value for each in node.arguments or ()}
        asked = None
        for name in _PAGING:
            if name in field.args:
                number = self._number(given.get(name), field.args[name])
                asked = number if asked is None else asked
        if asked is not None:
            return max(0, min(asked, PAGE_MOST))
        if "first" in field.args:
            return PAGE_DEFAULT
        for name in _NAMING:
            if name in field.args and _is_list(field.args[name].type) and _is_list(field.type):
                return self._length(given.get(name))
        return None

    def _number(self, node: ValueNode | None, argument: GraphQLArgument) -> int | None:
        if isinstance(node, IntValueNode):
            return int(node.value)
        value = argument.default_value
        if isinstance(node, VariableNode):
            value = self._variables.get(node.name.value, value)
        return value if isinstance(value, int) else None

    def _length(self, node: ValueNode | None) -> int:
        if isinstance(node, VariableNode):
            value = self._variables.get(node.name.value)
            return len(value) if isinstance(value, list) else 1
        return len(node.values) if isinstance(node, ListValueNode) else 1


def _is_list(type_: object) -> bool:
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return isinstance(inner, GraphQLList)


def _given(operation: OperationDefinitionNode, variables: Variables) -> Variables:
    """Give the variables' values, those left out by their default where it is a number."""
    defaults = {
        each.variable.name.value: int(each.default_value.value)
        for each in operation.variable_definitions or ()
        if isinstance(each.default_value, IntValueNode)
    }
    return {**defaults, **variables}
