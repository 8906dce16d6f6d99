"""`@defer` and `@stream`: told later to those who take an answer in parts, at once to all others.

Reference: the working draft of incremental delivery, as graphql-core 3.3 and GraphQL.js 17 have it.
"""

from collections.abc import AsyncGenerator, Iterator
from typing import TypeVar

from graphql import REMOVE, DirectiveNode, DocumentNode, Visitor, VisitorAction, visit
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    InitialIncrementalExecutionResult,
    SubsequentIncrementalExecutionResult,
)
from strawberry.extensions import SchemaExtension

from schema.context import Context
from schema.deadline import Deadline, Overdue
from schema.errors import coded

Part = TypeVar("Part")

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
    results: ExperimentalIncrementalExecutionResults, deadline: Deadline | None = None
) -> ExperimentalIncrementalExecutionResults:
    """Give the results with errors as a caller may see them, for as long as there is time."""
    results.initial_result.errors = coded(results.initial_result.errors)
    later = _later_shown(results.subsequent_results, deadline or Deadline(0))
    return results._replace(subsequent_results=later)


def part_shown(frame: Part) -> Part:
    """Give a part of what was deferred, or the first, with errors as a caller may see them."""
    if isinstance(frame, SubsequentIncrementalExecutionResult):
        for part in (*(frame.incremental or ()), *(frame.completed or ())):
            part.errors = coded(part.errors)
    elif isinstance(frame, InitialIncrementalExecutionResult):
        frame.errors = coded(frame.errors)
    return frame


async def _later_shown(
    frames: AsyncGenerator[SubsequentIncrementalExecutionResult, None], deadline: Deadline
) -> AsyncGenerator[SubsequentIncrementalExecutionResult, None]:
    """Show each part; when the time is up, the answer ends without what has not come."""
    try:
        async for frame in deadline.each(frames):
            yield part_shown(frame)
    except Overdue:
        yield SubsequentIncrementalExecutionResult(
            has_next=False, extensions={"errors": [deadline.error().formatted]}
        )
    finally:
        await frames.aclose()
