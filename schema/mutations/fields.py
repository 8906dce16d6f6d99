"""What the inputs and payloads of mutations have in common."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from strawberry.types.field import StrawberryField

from graph.errors import BadUsage
from graph.model.catalog import Property
from graph.model.changes import Change
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from schema.building import (
    ID,
    CallField,
    TypeRef,
    argument,
    attribute,
    input_field,
    many,
    maybe,
    object_type,
    optional,
)
from schema.mutations.problems import Problems
from schema.naming import camel, described
from schema.types.values import Values, raw
from schema.views import node_view

K = TypeVar("K")
V = TypeVar("V")


def title(name: str) -> str:
    """Give the beginning of the names of a mutation's input and payload."""
    return name[:1].upper() + name[1:]


def nothing(_: Snapshot, __: tuple[Change, ...]) -> object:
    """Show nothing of what was written: it is gone."""
    return None


def shown_node(ref: Ref) -> Callable[[Snapshot, tuple[Change, ...]], object]:
    """Show a node as it stands."""
    return lambda snapshot, _: node_view(snapshot, ref)


def mutation(
    name: str, what: str, input_: TypeRef, payload: TypeRef, resolve: Callable[..., object]
) -> CallField:
    """Make a mutation: one `input` in, one payload out."""
    text = "What to write, and on which conditions."
    return CallField(
        name, payload, what, resolve, [argument("input", input_, text, source="given")]
    )


def settable(properties: Iterable[Property]) -> list[Property]:
    """Give the properties that a caller may set after creation."""
    return [p for p in properties if p.settable and not p.prop.immutable]


def idempotency_field() -> StrawberryField:
    """Make the field for the caller's own name of the write."""
    return input_field(
        "idempotencyKey",
        optional(str),
        "The caller's own name for this write: the same name twice is carried out once, and gives"
        " the first outcome again.",
        source="idempotency_key",
    )


def revision_field() -> StrawberryField:
    """Make the field for the revision that the caller read."""
    return input_field(
        "expectedRevision",
        optional(int),
        "The `revision` of the thing as the caller read it: refused if it was written since.",
        source="expected_revision",
    )


def read_revision_field() -> StrawberryField:
    """Make the field for the revision at which the caller read a thing and what joins it."""
    return input_field(
        "expectedRevision",
        optional(int),
        "The revision at which the caller read the graph, as in `graph { revision }`: refused if"
        " the thing, or a link of it that this may alter, was written since.",
        source="expected_revision",
    )


def create_fields(values: Values, properties: Iterable[Property]) -> list[StrawberryField]:
    """Make the fields for the properties of a new thing."""
    return [
        input_field(
            camel(p.name),
            values.input(p) if p.required else optional(values.input(p)),
            described(p.prop),
            source=p.name,
        )
        for p in properties
    ]


def patch_fields(values: Values, properties: Iterable[Property]) -> list[StrawberryField]:
    """Make the fields that alter properties: left out leaves as is, null goes to the default."""
    return [
        input_field(
            camel(p.name),
            maybe(values.input(p)),
            f"{described(p.prop)} Left out: stays as it is; null: goes back to its default.",
            source=p.name,
        )
        for p in properties
    ]


def once(pairs: Iterable[tuple[K, V]], name: str) -> dict[K, V]:
    """Give pairs as a mapping. BadUsage where one thing is named twice: one of the two would be lost."""
    found: dict[K, V] = {}
    for key, value in pairs:
        if key in found:
            msg = f"{name} names {key} twice"
            raise BadUsage(msg, "keep one of the two")
        found[key] = value
    return found


def raw_properties(given: Mapping[str, object], properties: Iterable[Property]) -> dict[str, Json]:
    """Give the properties of an input in raw form: the one way from inputs to commands."""
    names = [p.name for p in properties]
    return {name: raw(given[name]) for name in names if name in given}


def payload_type(
    name: str, what: str, result: TypeRef, problems: Problems, result_name: str
) -> type:
    """Make the payload of a mutation that makes or alters a thing."""
    return _payload(
        name,
        what,
        [
            attribute(
                result_name,
                optional(result),
                "The thing as it was written; null when there are problems.",
                source="result",
            )
        ],
        problems,
    )


def deletion_type(name: str, what: str, problems: Problems) -> type:
    """Make the payload of a mutation that removes a thing."""
    return _payload(
        name,
        what,
        [
            attribute(
                "deletedId",
                optional(ID),
                "The id of what was removed; null when there are problems.",
                source="deleted_id",
            )
        ],
        problems,
    )


def _payload(name: str, what: str, head: Sequence[StrawberryField], problems: Problems) -> type:
    return object_type(
        f"{name}Payload",
        f"What became of: {what}",
        [*head, *payload_fields(problems)],
    )


def payload_fields(problems: Problems) -> list[StrawberryField]:
    """Make the fields that every payload has."""
    return [
        attribute("revision", int, "The revision at which the graph stands with it."),
        attribute(
            "problems",
            many(problems.interface),
            "Everything that speaks against it, all at once; empty when it was done.",
        ),
        attribute("repeated", bool, "Whether it was done before, under the same idempotency key."),
    ]
