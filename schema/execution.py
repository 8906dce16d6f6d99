"""The schema that is executed: every operation on one snapshot, every error with a code."""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

import strawberry
from graphql import GraphQLError
from graphql.execution import ExperimentalIncrementalExecutionResults
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from schema.admission import Bounds, Price
from schema.context import Context
from schema.deadline import Deadline, Overdue
from schema.deferring import incremental_shown, part_shown
from schema.documents import Unfit
from schema.errors import coded


class HeadwaterSchema(strawberry.Schema):
    """A schema whose operations are bounded before they run, and whose results are fit to be shown.

    What an operation costs is told in `extensions.cost` of its (first) result.
    """

    def __init__(self, *args: Any, bounds: Bounds, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.bounds = bounds

    def fit(self, text: str) -> None:
        """Raise Unfit unless a document can be run, whatever its variables."""
        self.bounds.documents.fit(self._schema, text)

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
        deadline = Deadline(self.bounds.seconds)
        try:
            price = self.bounds.admitted(self._schema, query, operation_name, variable_values)
            result = await deadline.within(
                super().execute(
                    query,
                    variable_values,
                    _pinned(context_value),
                    root_value,
                    operation_name,
                    allowed_operation_types,
                    operation_extensions,
                )
            )
        except Unfit as error:
            return _shown(PreExecutionError(data=None, errors=error.errors))
        except Overdue:
            return _shown(ExecutionResult(data=None, errors=[deadline.error()]))
        return _priced(_shown(result, deadline), price)

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
        try:
            price = self.bounds.admitted(self._schema, query, operation_name, variable_values)
        except Unfit as error:
            return _refused(error)
        results = await super().stream(
            query,
            variable_values,
            _pinned(context_value),
            root_value,
            operation_name,
            operation_extensions,
            allowed_operation_types,
        )
        # A subscription goes on for as long as somebody listens.
        seconds = 0 if price is None or price.subscribes else self.bounds.seconds
        return _each_shown(results, Deadline(seconds), price)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave the logging to `coded`, which knows what is worth it."""


def _pinned(context: Any | None) -> Any | None:  # noqa: ANN401
    return context.for_operation() if isinstance(context, Context) else context


def _shown(result: ExecutionResult, deadline: Deadline | None = None) -> ExecutionResult:
    if isinstance(result, ExperimentalIncrementalExecutionResults):
        return incremental_shown(result, deadline)  # what strawberry types as a plain result too
    result.errors = coded(result.errors)
    return _of_the_request(result)


def _priced(result: ExecutionResult, price: Price | None) -> ExecutionResult:
    """Tell in a result what the operation costs; not where nothing was executed, nor each event."""
    if price is None or price.subscribes or isinstance(result, PreExecutionError):
        return result
    told = result
    if isinstance(result, ExperimentalIncrementalExecutionResults):
        told = result.initial_result
    told.extensions = {**(told.extensions or {}), "cost": price.told}
    return result


def _of_the_request(result: ExecutionResult) -> ExecutionResult:
    """Tell what was wrong with the request, such as its variables, from what failed in a field.

    graphql-core says of both that there is no data; only the latter has a path.
    """
    errors = result.errors
    if not errors or result.data is not None or any(error.path for error in errors):
        return result
    return PreExecutionError(data=None, errors=errors, extensions=result.extensions)


async def _refused(error: Unfit) -> AsyncGenerator[Any, None]:
    yield _shown(PreExecutionError(data=None, errors=error.errors))


async def _each_shown(
    results: AsyncGenerator[Any, None], deadline: Deadline, price: Price | None
) -> AsyncGenerator[Any, None]:
    try:
        async for result in deadline.each(results):
            if isinstance(result, ExecutionResult):
                yield _priced(_shown(result), price)
            else:
                yield part_shown(result)
            price = None
    except Overdue:
        yield _shown(ExecutionResult(data=None, errors=[deadline.error()]))
    finally:
        await results.aclose()
