"""Whether an operation is let in, and at what price: everything that is known before it runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)

from schema.bounds import Limits
from schema.cost import cost
from schema.documents import Documents, Unfit
from schema.given import bounded
from schema.scan import limit_error

SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Price:
    """What an operation costs, of how much it may, and of which type it is.

    `field` is its field of the root; `several` where it has more. `document` is what it is of, and
    `definition` it.
    """

    requested: int
    limit: int
    operation: OperationType
    field: str
    document: DocumentNode
    definition: OperationDefinitionNode

    @property
    def subscribes(self) -> bool:
        """Whether it goes on for as long as somebody listens."""
        return self.operation is OperationType.SUBSCRIPTION

    @property
    def writes(self) -> bool:
        """Whether it writes."""
        return self.operation is OperationType.MUTATION

    @property
    def told(self) -> dict[str, int]:
        """What `extensions.cost` says."""
        return {"requested": self.requested, "limit": self.limit}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What holds for the operations of a schema; `seconds` is the time of each, 0 for no limit."""

    limits: Limits
    documents: Documents
    seconds: float

    def admitted(
        self,
        schema: GraphQLSchema,
        text: str | None,
        name: str | None,
        variables: Mapping[str, object] | None,
    ) -> Price | None:
        """Give the price of an operation. Unfit, with the errors, when it is not let in.

        None where there is no such operation: what is wrong then is found on the way.
        """
        if not text:
            return None
        document = self.documents.fit(schema, text)
        try:
            bounded(variables, self.limits)
        except GraphQLError as error:
            raise Unfit([error]) from None
        operation = _operation(document, name)
        if operation is None:
            return None
        found = cost(schema, document, operation, variables or {})
        if found > self.limits.cost:
            raise Unfit([limit_error("cost", found, self.limits.cost, what="The operation")])
        return Price(
            found,
            self.limits.cost,
            operation.operation,
            _field(operation),
            document,
            operation,
        )


def _field(operation: OperationDefinitionNode) -> str:
    named = {
        each.name.value if isinstance(each, FieldNode) else SEVERAL
        for each in operation.selection_set.selections
    }
    return named.pop() if len(named) == 1 else SEVERAL


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """Give the operation that is asked for; None where it is not there, or not named among several."""
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        return next((d for d in found if d.name and d.name.value == name), None)
    return found[0] if len(found) == 1 else None
