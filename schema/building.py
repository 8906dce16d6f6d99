"""Makes GraphQL types of declarations.

Strawberry reads types off Python classes that someone wrote. Ours follow from the catalogue, so
here, and nowhere else, its definitions are put together by hand. What an input reads is not an
object of a class but whatever its `read` makes of the given fields: that keeps *absent* and *null*
apart and leaves one place between camel case and the domain's names.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING
from enum import Enum
from typing import NamedTuple, Protocol, TypeAlias, cast

import strawberry
from graphql import GraphQLAbstractType, GraphQLResolveInfo
from strawberry.annotation import StrawberryAnnotation
from strawberry.scalars import is_scalar
from strawberry.types import Info
from strawberry.types.arguments import InputContext, StrawberryArgument
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    StrawberryType,
)
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from graph.model.principals import Role

TypeRef: TypeAlias = StrawberryType | type
"""A type of the schema: a class, a scalar's class, an enum, or one of these in a list."""

ResolveInfo: TypeAlias = "GraphQLResolveInfo[object]"
"""What GraphQL tells of the field being resolved; nothing here reads it."""

ID: TypeRef = cast("type", strawberry.ID)


class Read(Protocol):
    """Makes of an input's fields, by Python name, what resolvers get. Absent ones are missing."""

    def __call__(self, given: Mapping[str, object], /) -> object:
        """Give what stands for the input."""
        ...


def optional(type_: TypeRef) -> StrawberryType:
    """Give the nullable form of a type."""
    return StrawberryOptional(type_)


def many(type_: TypeRef) -> StrawberryType:
    """Give the list of a type; neither list nor items are null."""
    return StrawberryList(type_)


def maybe(type_: TypeRef) -> StrawberryType:
    """Give the form in which a patch takes a type: absent leaves as is, null sets to null."""
    return StrawberryMaybe(StrawberryOptional(type_))


class CallField(StrawberryField):
    """A field that calls a plain function: with its parent, the context and its arguments.

    `needs` is the least role that may ask for it, None for all who were let in; `writes` says that
    asking for it without that role is a write that was refused.
    """

    def __init__(
        self,
        name: str,
        type_: TypeRef,
        description: str,
        call: Callable[..., object],
        arguments: Sequence[StrawberryArgument] = (),
    ) -> None:
        subscription = inspect.isasyncgenfunction(call)
        super().__init__(
            python_name=name,
            graphql_name=name,
            type_annotation=StrawberryAnnotation(type_),
            description=description,
            is_subscription=subscription,
        )
        self.arguments = list(arguments)
        self.call = call
        self.needs: Role | None = None
        self.writes = False

    @property
    def is_basic_field(self) -> bool:
        """Say that there is more to do than to read an attribute."""
        return False

    @property
    def is_async(self) -> bool:
        """Say whether the function has to be awaited."""
        return inspect.iscoroutinefunction(self.call)

    def get_result(
        self, source: object, info: Info | None, args: list[object], kwargs: dict[str, object]
    ) -> object:
        """Call the function."""
        del args
        context = None if info is None else info.context
        if self.needs is not None and context is not None:
            given = kwargs.get("given") if self.writes else None
            context.require(self.needs, str(self.graphql_name), given, writes=self.writes)
        return self.call(source, context, **kwargs)


def attribute(
    name: str, type_: TypeRef, description: str, *, source: str | None = None
) -> StrawberryField:
    """Make a field that reads an attribute of its parent: `source`, or its own name."""
    return StrawberryField(
        python_name=source or name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(type_),
        description=description,
    )


def argument(
    name: str, type_: TypeRef, description: str, default: object = UNSET, *, source: str = ""
) -> StrawberryArgument:
    """Make an argument; `source` is the keyword under which the function gets it."""
    return StrawberryArgument(
        python_name=source or name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(type_),
        description=description,
        default=default,
    )


def input_field(
    name: str, type_: TypeRef, description: str, *, source: str = "", default: object = MISSING
) -> StrawberryField:
    """Make a field of an input; `source` is the name under which `read` gets it."""
    return StrawberryField(
        python_name=source or name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(type_),
        description=description,
        default=default,
    )


def object_type(
    name: str,
    description: str,
    fields: Iterable[StrawberryField],
    *,
    interfaces: Sequence[type] = (),
    holds: Callable[[object], bool] | None = None,
) -> type:
    """Make an object type. `holds` says whether a value is of it; needed with interfaces."""

    def is_type_of(value: object, _: ResolveInfo) -> bool:
        return holds is None or holds(value)

    return _defined(
        name,
        description,
        fields,
        interfaces=[definition_of(interface) for interface in interfaces],
        is_type_of=is_type_of if holds is not None else None,
    )


def interface_type(
    name: str,
    description: str,
    fields: Iterable[StrawberryField],
    type_name: Callable[[object], str],
) -> type:
    """Make an interface. `type_name` gives the name of the object type that a value is of."""

    def resolve_type(value: object, _: ResolveInfo, __: GraphQLAbstractType) -> str:
        return type_name(value)

    return _defined(name, description, fields, is_interface=True, resolve_type=resolve_type)


def input_type(
    name: str,
    description: str,
    fields: Iterable[StrawberryField],
    read: Read | None = None,
) -> type:
    """Make an input type. Without `read` a resolver gets the mapping of what was given."""
    cls = _defined(name, description, fields, is_input=True)
    definition = definition_of(cls)

    known: list[_InputField] = []

    def from_input(_: type, value: Mapping[str, object], context: InputContext) -> object:
        if not known:  # its types may not have been made when it was
            known[:] = tuple(_input_fields(definition, context))  # at once, for other threads
        given = {
            field.source: value[field.name]
            if field.is_leaf
            else context.convert(value[field.name], field.type_, field.name)
            for field in known
            if field.name in value
        }
        return given if read is None else read(given)

    definition.from_input = from_input
    return cls


class _InputField(NamedTuple):
    """A field of an input: its name, that under which it is read, and its type."""

    name: str
    source: str
    type_: type
    is_leaf: bool
    """Whether its values are as they should be already: graphql-core has read them."""


def _input_fields(
    definition: StrawberryObjectDefinition, context: InputContext
) -> Iterator[_InputField]:
    for field in definition.fields:
        type_ = field.resolve_type()
        if isinstance(type_, StrawberryMaybe):
            type_ = type_.of_type
        bare = type_.of_type if isinstance(type_, StrawberryOptional) else type_
        leaf = isinstance(bare, StrawberryEnumDefinition) or is_scalar(
            bare, context.scalar_registry
        )
        yield _InputField(
            str(field.graphql_name), field.python_name, cast("type", type_), is_leaf=leaf
        )


def enum_type(
    cls: type[Enum], name: str, description: str, values: Iterable[tuple[str, object, str]]
) -> StrawberryEnumDefinition:
    """Make an enum of (name, value, description). The Python class stays as it is."""
    found = [EnumValue(word, value, description=text) for word, value, text in values]
    return StrawberryEnumDefinition(cls, name, found, description)


def definition_of(cls: type) -> StrawberryObjectDefinition:
    """Give what strawberry knows about a type made here."""
    return cast("StrawberryObjectDefinition", vars(cls)["__strawberry_definition__"])


def extend(cls: type, fields: Iterable[StrawberryField]) -> None:
    """Add fields to a type: those whose types refer back to it."""
    definition_of(cls).fields.extend(fields)


def _defined(
    name: str,
    description: str,
    fields: Iterable[StrawberryField],
    *,
    is_input: bool = False,
    is_interface: bool = False,
    interfaces: Sequence[StrawberryObjectDefinition] = (),
    is_type_of: Callable[[object, ResolveInfo], bool] | None = None,
    resolve_type: Callable[[object, ResolveInfo, GraphQLAbstractType], str] | None = None,
) -> type:
    cls = type(name, (), {"__doc__": description})
    definition = StrawberryObjectDefinition(
        name=name,
        is_input=is_input,
        is_interface=is_interface,
        origin=cls,
        description=description,
        interfaces=list(interfaces),
        extend=False,
        directives=(),
        is_type_of=is_type_of,
        resolve_type=resolve_type,
        fields=list(fields),
    )
    type.__setattr__(cls, "__strawberry_definition__", definition)
    return cls
