"""What writes values: closures over types, each made once for a plan.

They mirror graphql-core's value completion: what is null where it may not be, what is of a wrong
type, what a resolver raises are the same errors at the same places.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from types import CoroutineType
from typing import Any, Final, TypeAlias

import orjson
from graphql import FieldNode, GraphQLError, GraphQLInterfaceType, GraphQLObjectType
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import is_iterable

from schema.plans.leaves import Give
from schema.plans.running import NULL, Bubbling, OutOfTime, Path, Run, Write, located

Step: TypeAlias = Callable[[Run, Any, Path], None]
"""Writes a field, or several, of an object."""
Arguments: TypeAlias = Callable[[Run], Mapping[str, Any]]
"""Gives the arguments of a field in a run. Raises where they cannot be read."""

EMPTY: Final = b"{}"


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a plan: where it stands in the document and in the answer.

    `prefix` is what comes before its value: a brace or a comma, and its name.
    """

    parent: str
    name: str
    key: str
    nodes: Sequence[FieldNode]
    nullable: bool
    prefix: bytes


def sure(write: Write, place: Place) -> Write:
    """Write what must not be null."""

    def write_sure(run: Run, value: Any, path: Path) -> None:  # noqa: ANN401
        if value is None:
            msg = f"Cannot return null for non-nullable field {place.parent}.{place.name}."
            raise TypeError(msg)
        write(run, value, path)

    return write_sure


def nullable(write: Write) -> Write:
    """Write what may be null."""

    def write_nullable(run: Run, value: Any, path: Path) -> None:  # noqa: ANN401
        if value is None:
            run.out.append(NULL)
        else:
            write(run, value, path)

    return write_nullable


def leaf_writer(give: Give) -> Write:
    """Write a scalar or an enum."""

    def write_leaf(run: Run, value: Any, path: Path) -> None:  # noqa: ANN401
        del path
        if isinstance(value, Exception):
            raise value
        run.out.append(orjson.dumps(give(value)))

    return write_leaf


def list_writer(write: Write, place: Place, *, nullable_items: bool) -> Write:
    """Write a list, item by item."""
    each = _nullable_items(write, place) if nullable_items else _sure_items(write, place)

    def write_list(run: Run, value: Any, path: Path) -> None:  # noqa: ANN401
        if not is_iterable(value):
            msg = (
                f"Expected Iterable, but did not find one for field '{place.parent}.{place.name}'."
            )
            raise GraphQLError(msg)
        run.out.append(b"[")
        each(run, value, path)
        run.out.append(b"]")

    return write_list


def _sure_items(write: Write, place: Place) -> Write:
    def write_items(run: Run, value: Any, path: Path) -> None:  # noqa: ANN401
        append, index = run.out.append, 0
        try:
            for index, item in enumerate(value):
                if index:
                    append(b",")
                write(run, item, (path, index))
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is told
            raise Bubbling(located(raised, place.nodes, (path, index))) from None

    return write_items


def _nullable_items(write: Write, place: Place) -> Write:
    def write_items(run: Run, value: Any, path: Path) -> None:  # noqa: ANN401
        out = run.out
        for index, item in enumerate(value):
            if index:
                out.append(b",")
            begin, waiting, at = len(out), len(run.pending), (path, index)
            try:
                write(run, item, at)
            except Exception as raised:  # noqa: BLE001 - whatever it is, it is told
                run.failed(raised, begin, waiting, place.nodes, at, nullable=True)
            else:
                if len(run.pending) > waiting:
                    run.closed(begin, waiting)

    return write_items


class ObjectWriter:
    """Writes an object of a type. Its steps are put in later: types may lead back to themselves."""

    __slots__ = ("_holds", "_place", "_type", "steps")

    def __init__(self, type_: GraphQLObjectType, place: Place | None) -> None:
        self._type = type_
        self._place = place
        self._holds: Any = type_.is_type_of
        self.steps: Sequence[Step] = ()

    def __call__(self, run: Run, value: Any, path: Path) -> None:  # noqa: ANN401
        """Write it."""
        if isinstance(value, Exception):
            raise value
        if self._holds is not None and not self._holds(value, None):
            assert self._place is not None
            details: Any = [_Detail(node) for node in self._place.nodes]
            raise invalid_return_type_error(self._type, value, details)
        if not self.steps:
            run.out.append(EMPTY)
            return
        for step in self.steps:
            step(run, value, path)
        run.out.append(b"}")


@dataclass(frozen=True, slots=True)
class _Detail:
    """A field's node, as graphql-core passes it on."""

    node: FieldNode


def interface_writer(type_: GraphQLInterfaceType, of: Callable[[str], Write]) -> Write:
    """Write what may be of several types, each by its own writer."""
    resolve: Any = type_.resolve_type
    known: dict[str, Write] = {}

    def write_interface(run: Run, value: Any, path: Path) -> None:  # noqa: ANN401
        if isinstance(value, Exception):
            raise value
        name = resolve(value, None, type_)
        write = known.get(name)
        if write is None:
            write = known[name] = of(name)
        write(run, value, path)

    return write_interface


def later(make: Callable[[], Step]) -> Step:
    """Give a step that is made when it is first taken."""
    made: list[Step] = []

    def step(run: Run, parent: Any, path: Path) -> None:  # noqa: ANN401
        if not made:
            made.append(make())
        made[0](run, parent, path)

    return step


def attribute_step(place: Place, source: str, write: Write) -> Step:
    """Write a field that reads an attribute of its parent."""

    def read(run: Run, parent: Any) -> Any:  # noqa: ANN401
        del run
        return getattr(parent, source)

    return _step(place, read, write)


def call_step(
    place: Place,
    call: Callable[..., Any],
    arguments: Arguments,
    write: Write,
    permit: Callable[[Run], None] | None,
) -> Step:
    """Write a field that calls a resolver, once `permit` lets it."""

    def read(run: Run, parent: Any) -> Any:  # noqa: ANN401
        if monotonic() > run.ends:
            raise OutOfTime
        given = arguments(run)
        if permit is not None:
            permit(run)
        return call(parent, run.seen, **given)

    return _step(place, read, write)


def _step(place: Place, read: Callable[[Run, Any], Any], write: Write) -> Step:
    prefix, key, nodes, may_be_null = place.prefix, place.key, place.nodes, place.nullable

    def step(run: Run, parent: Any, path: Path) -> None:  # noqa: ANN401
        out = run.out
        out.append(prefix)
        begin, waiting, at = len(out), len(run.pending), (path, key)
        try:
            value = read(run, parent)
            if type(value) is CoroutineType:
                run.later(value, write, nodes, at, nullable=may_be_null)
            else:
                write(run, value, at)
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is told
            run.failed(raised, begin, waiting, nodes, at, nullable=may_be_null)
        else:
            if may_be_null and len(run.pending) > waiting:
                run.closed(begin, waiting)

    return step
