"""Plans, made once for a document and kept while there is room.

A plan holds for every run whose variables skip and include the same, so that these are part of what
it is kept by.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values

from schema.deferring import DIRECTIVES
from schema.plans.arguments import Reading
from schema.plans.blocks import Room
from schema.plans.compiling import Plan, Unplanned, planned

KEPT: Final = 500
"""So many plans are kept at most."""
ROOM_BYTES: Final = 24_000_000
"""So much of what they wrote all plans may keep together, about."""

_Key = tuple[str, str | None, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation as it can be run: its plan, and its variables as resolvers take them."""

    plan: Plan
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class _Document:
    """What is known of a document: the variables that skip and include, and whether it defers."""

    deciding: tuple[str, ...]
    defers: bool


class Plans:
    """The plans of one schema."""

    def __init__(self, schema: GraphQLSchema, reading: Reading, *, room: int = ROOM_BYTES) -> None:
        self._schema = schema
        self.reading = reading
        self.room = Room(room)
        self._lock = Lock()
        self._made: OrderedDict[_Key, Plan | None] = OrderedDict()
        self._documents: OrderedDict[str, _Document] = OrderedDict()

    def __len__(self) -> int:
        """Give how many there are."""
        return len(self._made)

    def __contains__(self, text: str) -> bool:
        """Say whether a plan of a document is kept."""
        return any(key[0] == text for key in self._made)

    def prepared(
        self,
        text: str,
        name: str | None,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        given: Mapping[str, Any],
    ) -> Prepared | list[GraphQLError] | None:
        """Give an operation of a valid document; the errors of its variables; None without a plan."""
        found = self._looked_at(text, document)
        if found.defers:
            return None
        definitions = operation.variable_definitions or ()
        variables = get_variable_values(self._schema, definitions, dict(given))
        if isinstance(variables, list):
            return variables
        decided = tuple(variables.coerced.get(each) for each in found.deciding)
        plan = self._plan((text, name, decided), found, document, operation, variables)
        return None if plan is None else Prepared(plan, variables)

    def _plan(
        self,
        key: _Key,
        found: _Document,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> Plan | None:
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        try:
            decides = _only(variables, found.deciding)
            plan = planned(self._schema, self.reading, document, operation, decides, self.room)
        except Unplanned:
            plan = None
        with self._lock:
            self._made[key] = plan
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return plan

    def _looked_at(self, text: str, document: DocumentNode) -> _Document:
        with self._lock:
            found = self._documents.get(text)
            if found is not None:
                self._documents.move_to_end(text)
                return found
        looking = _Looking()
        visit(document, looking)
        found = _Document(tuple(sorted(looking.deciding)), looking.defers)
        with self._lock:
            self._documents[text] = found
            while len(self._documents) > KEPT:
                self._documents.popitem(last=False)
        return found


class _Looking(Visitor):
    """Looks through a document's directives."""

    def __init__(self) -> None:
        super().__init__()
        self.deciding: set[str] = set()
        self.defers = False

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        """Note what a directive depends on."""
        self.defers = self.defers or node.name.value in DIRECTIVES
        self.deciding.update(_variables(node))


def _variables(node: DirectiveNode) -> Iterator[str]:
    for argument in node.arguments or ():
        value: Node = argument.value
        if isinstance(value, VariableNode):
            yield value.name.value


def _only(variables: VariableValues, names: tuple[str, ...]) -> VariableValues:
    """Give some variables: a plan holds on to no others, which may be large."""
    return VariableValues(
        {name: variables.sources[name] for name in names if name in variables.sources},
        {name: variables.coerced[name] for name in names if name in variables.coerced},
    )
