"""`@defer` and `@stream`: told later to those who take an answer in parts, at once to all others.

Reference: the working draft of incremental delivery, as graphql-core 3.3 and GraphQL.js 17 have it.
"""

from collections.abc import AsyncGenerator, Iterator

from graphql import REMOVE, DirectiveNode, DocumentNode, Visitor, VisitorAction, visit
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    SubsequentIncrementalExecutionResult,
)
from strawberry.extensions import SchemaExtension

from schema.context import Context
from schema.errors import coded

DIRECTIVES = ("defer", "stream")


class Deferring(SchemaExtension):
    """Defers nothing for a client that takes one answer: it gets all of it, as without."""

    def on_execute(self) -> Iterator[None]:
        """Look once the document is known to be valid as it stands."""
        context = self.execution_context
        asked = context.query or ""
        takes = isinstance(context.context, Context) and context.context.defers
        if (
            context.graphql_document
            and not takes
            and any(f"@{name}" in asked for name in DIRECTIVES)
        ):
            context.graphql_document = at_once(context.graphql_document)
        yield


class _Remover(Visitor):
    """Removes the directives that defer."""

    def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
        """Remove a directive."""
        return REMOVE if node.name.value in DIRECTIVES else None


def at_once(document: DocumentNode) -> DocumentNode:
    """Give a document that asks for the same, all of it in one answer."""
    changed: DocumentNode = visit(document, _Remover())
    return changed


def incremental_shown(
    results: ExperimentalIncrementalExecutionResults,
) -> ExperimentalIncrementalExecutionResults:
    """Give the results with errors as a caller may see them."""
    results.initial_result.errors = coded(results.initial_result.errors)
    return results._replace(subsequent_results=_later_shown(results.subsequent_results))


async def _later_shown(
    frames: AsyncGenerator[SubsequentIncrementalExecutionResult, None],
) -> AsyncGenerator[SubsequentIncrementalExecutionResult, None]:
    try:
        async for frame in frames:
            for part in (*(frame.incremental or ()), *(frame.completed or ())):
                part.errors = coded(part.errors)
            yield frame
    finally:
        await frames.aclose()
