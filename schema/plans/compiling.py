"""Makes the plan of an operation: what its fields call and read, and how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField

from graph.model.catalog import ENTITY, RELATION
from schema.building import CallField
from schema.plans.arguments import Reading, arguments_of
from schema.plans.blocks import CONSTANT, Leaf, Room, block_step
from schema.plans.leaves import is_leaf, leaf
from schema.plans.running import Run, Write
from schema.plans.walks import NODES, TOTAL, Part, Walk, constant_part, nodes_part, total_part
from schema.plans.writing import (
    ObjectWriter,
    Place,
    Step,
    attribute_step,
    call_step,
    interface_writer,
    later,
    leaf_writer,
    list_writer,
    nullable,
    sure,
)
from schema.queries.ends import EndField

DEFINITION: Final = "strawberry-definition"
TYPENAME: Final = "__typename"
WALKED: Final = frozenset({NODES, TOTAL, TYPENAME})
"""Fields of a connection that need no page."""

_RELATIONS: Final = frozenset(kind.cls.__name__ for kind in RELATION.values())


class Unplanned(Exception):
    """An operation that has something of which no plan is made."""


@dataclass(slots=True)
class Plan:
    """An operation, ready to be run on any snapshot. `takes_long` notes that it did at its last run."""

    write: Write
    takes_long: bool = False


def planned(
    schema: GraphQLSchema,
    reading: Reading,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
    room: Room,
) -> Plan:
    """Make the plan of an operation. Unplanned where it has a field that no plan knows.

    It holds for all variables that skip and include the same. What it wrote it keeps in `room`.
    """
    return _Compiling(schema, reading, document, operation, variables, room).plan()


class _Compiling:
    """Makes one plan. What comes after an interface is made when its type first comes."""

    def __init__(
        self,
        schema: GraphQLSchema,
        reading: Reading,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        room: Room,
    ) -> None:
        self._schema = schema
        self._reading = reading
        self._operation = operation
        self._variables = variables
        self._room = room
        self._fragments = {
            each.name.value: FragmentDetails(each, None)
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }

    def plan(self) -> Plan:
        """Make it."""
        root = self._schema.query_type
        assert root is not None
        found = collect_fields(
            self._schema, self._fragments, self._variables, root, self._operation
        )
        writer = ObjectWriter(root, None)
        writer.steps = self._steps(root, found.grouped_field_set)
        return Plan(writer)

    def _steps(
        self, parent: GraphQLObjectType, grouped: Mapping[str, list[FieldDetails]]
    ) -> Sequence[Step]:
        made: list[Step] = []
        block: list[Leaf] = []
        core = _core(parent)
        for at, (key, details) in enumerate(grouped.items()):
            found = self._field(parent, key, details, first=at == 0)
            if isinstance(found, Leaf):
                block.append(found)
                continue
            if block:
                made.append(block_step(block, core, self._room))
                block = []
            made.append(found)
        if block:
            made.append(block_step(block, core, self._room))
        return made

    def _field(
        self, parent: GraphQLObjectType, key: str, details: list[FieldDetails], *, first: bool
    ) -> Step | Leaf:
        nodes = [each.node for each in details]
        name = nodes[0].name.value
        prefix = _prefix(key, first=first)
        if name == TYPENAME:
            place = Place(parent.name, name, key, nodes, nullable=False, prefix=prefix)
            return Leaf(place, CONSTANT, lambda _: parent.name, leaf_writer(lambda _: parent.name))
        declared: GraphQLField | None = parent.fields.get(name)
        field = None if declared is None else declared.extensions.get(DEFINITION)
        if declared is None or not isinstance(field, StrawberryField):
            raise Unplanned(name)
        may_be_null = not is_non_null_type(declared.type)
        place = Place(parent.name, name, key, nodes, nullable=may_be_null, prefix=prefix)
        if isinstance(field, CallField):
            return self._called(declared, field, place, details)
        write = self._writer(declared.type, place, details)
        if not field.is_basic_field:
            raise Unplanned(name)
        if is_leaf(declared.type):
            return Leaf(place, field.python_name, leaf(declared.type), write)
        return attribute_step(place, field.python_name, write)

    def _called(
        self,
        declared: GraphQLField,
        field: CallField,
        place: Place,
        details: list[FieldDetails],
    ) -> Step:
        arguments = arguments_of(self._reading, declared, field, place.nodes[0], self._variables)

        def made() -> Step:
            write = self._writer(declared.type, place, details)
            return call_step(place, field.call, arguments, write, _permit(field))

        if isinstance(field, EndField):
            parts = self._parts(get_named_type(declared.type), details)
            if parts is not None:
                return Walk(place, field.walking, arguments, parts, later(made))
        return made()

    def _writer(self, type_: GraphQLOutputType, place: Place, details: list[FieldDetails]) -> Write:
        if is_non_null_type(type_):
            return sure(self._present(type_.of_type, place, details), place)
        return nullable(self._present(type_, place, details))

    def _present(self, type_: Any, place: Place, details: list[FieldDetails]) -> Write:  # noqa: ANN401
        if is_list_type(type_):
            inner = type_.of_type
            return list_writer(
                self._writer(inner, place, details),
                place,
                nullable_items=not is_non_null_type(inner),
            )
        if isinstance(type_, GraphQLObjectType):
            return self._object(type_, place, details)
        if isinstance(type_, GraphQLInterfaceType):
            return interface_writer(type_, lambda name: self._named(name, place, details))
        if is_leaf(type_):
            return leaf_writer(leaf(type_))
        raise Unplanned(place.name)

    def _object(
        self, type_: GraphQLObjectType, place: Place, details: list[FieldDetails]
    ) -> ObjectWriter:
        writer = ObjectWriter(type_, place)
        writer.steps = self._selected(type_, details)
        return writer

    def _selected(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> Sequence[Step]:
        return self._steps(type_, self._grouped(type_, details))

    def _grouped(
        self, type_: GraphQLObjectType, details: list[FieldDetails]
    ) -> Mapping[str, list[FieldDetails]]:
        return collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, type_, details
        ).grouped_field_set

    def _parts(self, connection: Any, details: list[FieldDetails]) -> list[Part] | None:  # noqa: ANN401
        """Give what writes a connection without a page; None where a page is needed."""
        grouped = self._grouped(connection, details)
        if not grouped or any(each[0].node.name.value not in WALKED for each in grouped.values()):
            return None
        return [
            self._part(connection, key, inner, first=at == 0)
            for at, (key, inner) in enumerate(grouped.items())
        ]

    def _part(
        self, connection: GraphQLObjectType, key: str, details: list[FieldDetails], *, first: bool
    ) -> Part:
        nodes = [each.node for each in details]
        name = nodes[0].name.value
        prefix = _prefix(key, first=first)
        if name == TYPENAME:
            return constant_part(prefix, orjson.dumps(connection.name))
        if name == TOTAL:
            return total_part(prefix)
        place = Place(connection.name, name, key, nodes, nullable=False, prefix=prefix)
        return nodes_part(place, lambda kind: self._selected(self._type(kind), details))

    def _named(self, name: str, place: Place, details: list[FieldDetails]) -> Write:
        return self._object(self._type(name), place, details)

    def _type(self, name: str) -> GraphQLObjectType:
        type_ = self._schema.get_type(name)
        assert isinstance(type_, GraphQLObjectType)
        return type_


def _prefix(key: str, *, first: bool) -> bytes:
    return (b"{" if first else b",") + orjson.dumps(key) + b":"


def _core(type_: GraphQLObjectType) -> str | None:
    """Give the attribute of a view that a type's plain fields depend on alone."""
    if type_.name in ENTITY:
        return "entity"
    return "relationship" if type_.name in _RELATIONS else None


def _permit(field: CallField) -> Any:  # noqa: ANN401
    needs, name = field.needs, str(field.graphql_name)
    if needs is None:
        return None

    def permit(run: Run) -> None:
        run.context.require(needs, name, None, writes=False)

    return permit
