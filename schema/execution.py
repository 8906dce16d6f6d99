"""The schema that is executed: every operation on one snapshot, every error with a code."""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

import strawberry
from graphql import GraphQLError
from graphql.execution import ExperimentalIncrementalExecutionResults
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from schema.context import Context
from schema.deferring import incremental_shown
from schema.errors import coded


class HeadwaterSchema(strawberry.Schema):
    """A schema whose results are fit to be shown."""

    async def execute(  # noqa: D102 - as strawberry has it
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,  # noqa: ANN401
        root_value: Any | None = None,  # noqa: ANN401
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        result = await super().execute(
            query,
            variable_values,
            _pinned(context_value),
            root_value,
            operation_name,
            allowed_operation_types,
            operation_extensions,
        )
        return _shown(result)

    def execute_sync(  # noqa: D102 - as strawberry has it
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,  # noqa: ANN401
        root_value: Any | None = None,  # noqa: ANN401
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        result = super().execute_sync(
            query,
            variable_values,
            _pinned(context_value),
            root_value,
            operation_name,
            allowed_operation_types,
            operation_extensions,
        )
        return _shown(result)

    async def stream(  # noqa: D102 - as strawberry has it
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,  # noqa: ANN401
        root_value: Any | None = None,  # noqa: ANN401
        operation_name: str | None = None,
        operation_extensions: dict[str, Any] | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
    ) -> AsyncGenerator[Any, None]:
        results = await super().stream(
            query,
            variable_values,
            _pinned(context_value),
            root_value,
            operation_name,
            operation_extensions,
            allowed_operation_types,
        )
        return _each_shown(results)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave the logging to `coded`, which knows what is worth it."""


def _pinned(context: Any | None) -> Any | None:  # noqa: ANN401
    return context.for_operation() if isinstance(context, Context) else context


def _shown(result: ExecutionResult) -> ExecutionResult:
    if isinstance(result, ExperimentalIncrementalExecutionResults):
        return incremental_shown(result)  # what strawberry types as a plain result too
    result.errors = coded(result.errors)
    return _of_the_request(result)


def _of_the_request(result: ExecutionResult) -> ExecutionResult:
    """Tell what was wrong with the request, such as its variables, from what failed in a field.

    graphql-core says of both that there is no data; only the latter has a path.
    """
    errors = result.errors
    if not errors or result.data is not None or any(error.path for error in errors):
        return result
    return PreExecutionError(data=None, errors=errors, extensions=result.extensions)


async def _each_shown(results: AsyncGenerator[Any, None]) -> AsyncGenerator[Any, None]:
    try:
        async for result in results:
            yield _shown(result) if isinstance(result, ExecutionResult) else result
    finally:
        await results.aclose()
