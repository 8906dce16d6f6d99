"""What the extensions of the schema do: hand over what was found fit, and ask which operation."""

from collections.abc import Callable, Iterator, Sequence

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension

from schema.deferring import Deferring
from schema.documents import Documents


class _Fit(SchemaExtension):
    """Hands over the document as it was found fit, so that nothing parses or validates it again."""

    documents: Documents

    def on_parse(self) -> Iterator[None]:
        """Look it up; one that is too large to be kept is parsed as strawberry does."""
        context = self.execution_context
        context.graphql_document = self.documents.known(context.query or "")
        if context.graphql_document is not None:
            context.pre_execution_errors = []
        yield


class _OneOperation(SchemaExtension):
    """Refuses a document with several operations when the request names none of them."""

    def on_validate(self) -> Iterator[None]:
        """Look once the document is known to be valid; else execution would run the first one."""
        context = self.execution_context
        document = context.graphql_document
        operations = [
            d
            for d in (document.definitions if document else ())
            if isinstance(d, OperationDefinitionNode)
        ]
        unnamed = context._provided_operation_name is None  # noqa: SLF001 - not kept elsewhere
        if unnamed and len(operations) > 1 and not context.pre_execution_errors:
            context.pre_execution_errors = [
                GraphQLError(
                    "The document holds several operations: say which, in operationName.",
                    extensions={"code": "OPERATION_NAME_MISSING"},
                )
            ]
        yield


def extensions(
    documents: Documents,
) -> Sequence[type[SchemaExtension] | Callable[[], SchemaExtension]]:
    """Give the extensions of a schema: classes, of which every operation gets its own instance."""
    return (type("Fit", (_Fit,), {"documents": documents}), _OneOperation, Deferring)
