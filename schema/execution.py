"""The schema that is executed: every operation on one snapshot, every error with a code."""

from asyncio import CancelledError
from collections.abc import AsyncGenerator, Awaitable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
import strawberry
from graphql import GraphQLError, OperationType
from graphql.execution import ExperimentalIncrementalExecutionResults
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType as AllowedType

from schema.admission import Bounds, Price
from schema.context import Context
from schema.deadline import Deadline, Overdue
from schema.deferring import incremental_shown, part_shown
from schema.documents import Unfit
from schema.errors import INTERNAL, coded
from schema.plans.answers import Answers, Key, key_of
from schema.plans.arguments import Reading
from schema.plans.executing import Answer, begun
from schema.plans.keeping import Plans, Prepared
from schema.watch import CANCELLED, Watching


class Asked(NamedTuple):
    """What is asked for, in the order in which strawberry takes it."""

    text: str | None
    variables: dict[str, Any] | None
    context: Any
    root: Any | None
    name: str | None
    allowed: Iterable[AllowedType] | None
    extensions: dict[str, Any] | None

    @property
    def may_be_planned(self) -> bool:
        """Whether a plan could run it, as far as can be told without the document."""
        if self.root is not None or not self.text or not isinstance(self.context, Context):
            return False
        return self.allowed is None or AllowedType.QUERY in self.allowed


@dataclass(frozen=True, slots=True)
class Planned:
    """A query that is run by a plan, or that is not run as its variables are wrong."""

    prepared: Prepared | list[GraphQLError]
    context: Context
    price: Price
    answers: Answers
    key: Key | None

    def begun(self, deadline: Deadline) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Run it; gives the result, or what has to be awaited for it."""
        if isinstance(self.prepared, list):
            return ExecutionResult(data=None, errors=self.prepared, extensions={})
        answer = begun(self.prepared, self.context, deadline.ends)
        return self._result(answer) if isinstance(answer, Answer) else self._awaited(answer)

    async def once(self, deadline: Deadline) -> AsyncGenerator[Any, None]:
        """Give the result as the only one of a stream."""
        found = self.begun(deadline)
        yield found if isinstance(found, ExecutionResult) else await found

    async def _awaited(self, answer: Awaitable[Answer]) -> ExecutionResult:
        return self._result(await answer)

    def _result(self, answer: Answer) -> ExecutionResult:
        if answer.text is None:
            return ExecutionResult(data=None, errors=answer.errors, extensions={})
        if self.key is not None and not answer.errors:
            self.answers.keep(self.key, self.context, answer.text, self.price, answer.seen)
        return _written(answer.text, self.context, answer.errors)


def _written(
    text: bytes, context: Context, errors: list[GraphQLError] | None = None
) -> ExecutionResult:
    """Give a result of JSON: as it is, for who takes it so."""
    data: Any = orjson.Fragment(text) if context.encodes else orjson.loads(text)
    return ExecutionResult(data=data, errors=errors or None, extensions={})


class HeadwaterSchema(strawberry.Schema):
    """A schema whose operations are bounded before they run, and whose results are fit to be shown.

    What an operation costs is told in `extensions.cost` of its (first) result.
    """

    def __init__(self, *args: Any, bounds: Bounds, compiles: bool, **kwargs: Any) -> None:  # noqa: ANN401
        """`compiles`: queries are run by plans, where one can be made."""
        super().__init__(*args, **kwargs)
        self.bounds = bounds
        reading = Reading(self.schema_converter.scalar_registry, self.config)
        self.plans = Plans(self._schema, reading) if compiles else None
        self.answers = Answers()

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
        allowed_operation_types: Iterable[AllowedType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        asked = Asked(
            query,
            variable_values,
            _pinned(context_value),
            root_value,
            operation_name,
            allowed_operation_types,
            operation_extensions,
        )
        deadline, watching = Deadline(self.bounds.seconds), Watching()
        try:
            result = _shown(await self._executed(asked, deadline, watching), deadline)
        except Unfit as error:
            result = _shown(PreExecutionError(data=None, errors=error.errors))
        except Overdue:
            result = _overdue(deadline, watching.price)
        except BaseException as error:
            watching.coded(CANCELLED if isinstance(error, CancelledError) else INTERNAL)
            watching.ended()
            raise
        # What was deferred comes later, with errors of its own.
        watching.met(getattr(result, "errors", None))
        watching.ended()
        return _priced(result, watching.price)

    async def _executed(
        self, asked: Asked, deadline: Deadline, watching: Watching
    ) -> ExecutionResult:
        key = self._key(asked)
        kept = None if key is None else self.answers.find(key, asked.context)
        if kept is not None:
            watching.price = kept.price
            return _written(kept.text, asked.context)
        price = watching.price = self._admitted(asked)
        planned = self._planned(asked, price, key)
        running = planned.begun(deadline) if planned else super().execute(*asked)
        if isinstance(running, ExecutionResult):
            return running
        async with _attended(asked.context, price):
            return await deadline.within(running)

    def _key(self, asked: Asked) -> Key | None:
        if self.plans is None or not asked.may_be_planned:
            return None
        return key_of(asked.text or "", asked.name, asked.variables)

    def _admitted(self, asked: Asked) -> Price | None:
        return self.bounds.admitted(self._schema, asked.text, asked.name, asked.variables)

    def _planned(self, asked: Asked, price: Price | None, key: Key | None) -> Planned | None:
        """Give a query as it is run by a plan; None where that cannot be."""
        if self.plans is None or price is None or price.operation is not OperationType.QUERY:
            return None
        if not asked.may_be_planned:
            return None
        found = self.plans.prepared(
            asked.text or "", asked.name, price.document, price.definition, asked.variables or {}
        )
        if found is None:
            return None
        return Planned(found, asked.context, price, self.answers, key)

    async def stream(  # noqa: D102 - as strawberry has it
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,  # noqa: ANN401
        root_value: Any | None = None,  # noqa: ANN401
        operation_name: str | None = None,
        operation_extensions: dict[str, Any] | None = None,
        allowed_operation_types: Iterable[AllowedType] | None = None,
    ) -> AsyncGenerator[Any, None]:
        asked = Asked(
            query,
            variable_values,
            _pinned(context_value),
            root_value,
            operation_name,
            allowed_operation_types,
            operation_extensions,
        )
        watching = Watching()
        try:
            price = watching.price = self._admitted(asked)
        except Unfit as error:
            return _refused(error, watching)
        # A subscription goes on for as long as somebody listens.
        deadline = Deadline(0 if price is None or price.subscribes else self.bounds.seconds)
        planned = self._planned(asked, price, self._key(asked))
        if planned is not None:
            return _each_shown(planned.once(deadline), deadline, watching)
        results = await super().stream(
            query,
            variable_values,
            asked.context,
            root_value,
            operation_name,
            operation_extensions,
            allowed_operation_types,
        )
        return _each_shown(results, deadline, watching)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave the logging to `coded`, which knows what is worth it."""


def _pinned(context: Any | None) -> Any | None:  # noqa: ANN401
    return context.for_operation() if isinstance(context, Context) else context


def _attended(context: Any | None, price: Price | None) -> AbstractAsyncContextManager[None]:  # noqa: ANN401
    """Have a query end when its client goes away. What writes is never ended half-way."""
    reads = price is not None and price.operation is OperationType.QUERY
    return context.attended() if reads and isinstance(context, Context) else nullcontext()


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


def _overdue(deadline: Deadline, price: Price | None) -> ExecutionResult:
    error = deadline.error(writes=price is not None and price.writes)
    return _shown(ExecutionResult(data=None, errors=[error]))


async def _refused(error: Unfit, watching: Watching) -> AsyncGenerator[Any, None]:
    result = _shown(PreExecutionError(data=None, errors=error.errors))
    watching.met(result.errors)
    watching.ended()
    yield result


async def _each_shown(
    results: AsyncGenerator[Any, None], deadline: Deadline, watching: Watching
) -> AsyncGenerator[Any, None]:
    price = watching.price
    try:
        async for result in deadline.each(results):
            if isinstance(result, ExecutionResult):
                shown = _priced(_shown(result), price)
                watching.met(shown.errors)
                yield shown
            else:
                yield part_shown(result)
            price = None
    except Overdue:
        late = _overdue(deadline, watching.price)
        watching.met(late.errors)
        yield late
    finally:
        watching.ended()
        await results.aclose()
