"""The executor: graphql-core's, within a time, and in turns where lists are long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    get_nullable_type,
    is_leaf_type,
)
from graphql.pyutils import gather_with_cancel
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.context import Context
from schema.deadline import Overdue, ends
from schema.turns import Turns

FEW = 10
"""Lists that are shorter are completed at once: what is long is in those that are not, or around."""


@dataclass(frozen=True, slots=True)
class _List:
    """A list that is being completed: what its items are, what there is of it, what is waited for."""

    items: Sequence[Any]
    type_: GraphQLOutputType
    details: Any
    info: GraphQLResolveInfo[Any]
    path: Any
    position: Any
    done: list[Any]
    waiting: list[int]


class TimedExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes fields while there is time, and lets others take turns."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as graphql-core has it
        super().__init__(*args, **kwargs)
        self.ends = ends()
        shared = isinstance(self.context_value, Context)
        self.turns = self.context_value.turns if shared else Turns()
        self.turn_ends = monotonic() + self.turns.turn_s

    def execute_field(  # noqa: D102 - as graphql-core has it
        self,
        parent_type: GraphQLObjectType,
        source: Any,  # noqa: ANN401
        field_details_list: Any,  # noqa: ANN401
        path: Any,  # noqa: ANN401
        position_context: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        now = monotonic()
        if now > self.ends:
            raise Overdue
        given = (parent_type, source, field_details_list, path, position_context)
        if now > self.turn_ends and path.prev is None and parent_type is self.schema.query_type:
            return self._later(*given)
        return super().execute_field(*given)

    async def _later(self, *given: Any) -> Any:  # noqa: ANN401
        """Execute a field of the query root in a turn to come."""
        self.turn_ends = await self.turns.next()
        found = super().execute_field(*given)
        return await found if self.is_awaitable(found) else found

    def complete_iterable_value(  # noqa: D102 - as graphql-core has it
        self,
        item_type: GraphQLOutputType,
        field_details_list: Any,  # noqa: ANN401
        info: GraphQLResolveInfo[Any],
        path: Any,  # noqa: ANN401
        items: Iterable[Any],
        position_context: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        given = (item_type, field_details_list, info, path)
        long = isinstance(items, list | tuple) and len(items) > FEW
        if (
            not long
            or is_leaf_type(get_nullable_type(item_type))
            or self.get_stream_usage(field_details_list, path) is not None
        ):
            return super().complete_iterable_value(*given, items, position_context)
        begun = _List(items, *given, position_context, [], [])  # type: ignore[arg-type]
        if not self._completed(begun):
            return self._in_turns(begun)
        return self._gathered(begun) if begun.waiting else begun.done

    def _completed(self, begun: _List) -> bool:
        """Complete items while the turn lasts, one at least; gives whether all are."""
        done, items = begun.done, begun.items
        try:
            while len(done) < len(items):
                self._complete(begun, len(done))
                if monotonic() > self.turn_ends:
                    break
        except BaseException as error:
            self._settled(begun, error)
            raise
        return len(done) == len(items)

    def _complete(self, begun: _List, at: int) -> None:
        item, path = begun.items[at], begun.path.add_key(at, None)
        given = (begun.type_, begun.details, begun.info, path, begun.position)
        if self.is_awaitable(item):
            begun.done.append(self.complete_awaitable_list_item_value(item, *given))
            begun.waiting.append(at)
        elif self.complete_list_item_value(item, begun.done, *given):
            begun.waiting.append(at)

    async def _in_turns(self, begun: _List) -> list[Any]:
        while not self._completed(begun):
            try:
                self.turn_ends = await self.turns.next()
            except BaseException as error:
                self._settled(begun, error)
                raise
        return await self._gathered(begun)

    def _settled(self, begun: _List, error: BaseException) -> None:
        """Settle what was begun, as graphql-core does where an error ends a list."""
        if not isinstance(error, Exception):
            self.ends = 0.0  # nobody waits for any of it: it ends at its next field
        if begun.waiting:
            self.settle_in_background([begun.done[at] for at in begun.waiting])

    async def _gathered(self, begun: _List) -> list[Any]:
        found = await gather_with_cancel(*(begun.done[at] for at in begun.waiting))
        for at, value in zip(begun.waiting, found, strict=True):
            begun.done[at] = value
        return begun.done
