"""create, update and delete for each kind of node."""

from collections.abc import Mapping

from strawberry.types.field import StrawberryField

from graph.commands import CreateNode, DeleteNode, UpdateNode
from graph.model.catalog import EntityKind
from graph.model.entities import Entity
from graph.model.values import Ref
from schema.building import CallField, TypeRef, input_field, input_type
from schema.context import Context
from schema.identity import node_id
from schema.mutations.fields import (
    create_fields,
    deletion_type,
    idempotency_field,
    mutation,
    nothing,
    patch_fields,
    payload_type,
    raw_properties,
    revision_field,
    settable,
    shown_node,
    title,
)
from schema.mutations.problems import Problems
from schema.mutations.writing import Intent, Payload, carried_out, revision_given
from schema.naming import words
from schema.types.values import Values


def node_mutations(
    kind: EntityKind[Entity], type_: TypeRef, values: Values, problems: Problems
) -> list[CallField]:
    """Make the three mutations of a kind."""
    return [
        _create(kind, type_, values, problems),
        _update(kind, type_, values, problems),
        _delete(kind, problems),
    ]


def _create(
    kind: EntityKind[Entity], type_: TypeRef, values: Values, problems: Problems
) -> CallField:
    name, what = f"create{kind.label}", f"Make a {words(kind.label)}."
    properties = [p for p in kind.properties if p.settable]
    fields = [*create_fields(values, properties), idempotency_field()]

    async def resolve(_: object, context: Context, given: Mapping[str, object]) -> Payload:
        raw = raw_properties(given, properties)
        ref = Ref(kind.label, str(given["key"]))
        command = CreateNode(kind.label, raw.pop("key"), raw, context.now)
        return await carried_out(context, Intent(command, shown_node(ref)), given)

    payload = payload_type(title(name), what, type_, problems, "node")
    return mutation(name, what, input_type(f"{title(name)}Input", what, fields), payload, resolve)


def _update(
    kind: EntityKind[Entity], type_: TypeRef, values: Values, problems: Problems
) -> CallField:
    name, what = f"update{kind.label}", f"Alter properties of a {words(kind.label)}."
    properties = settable(kind.properties)
    fields = [
        _key(kind),
        *patch_fields(values, properties),
        revision_field(),
        idempotency_field(),
    ]

    async def resolve(_: object, context: Context, given: Mapping[str, object]) -> Payload:
        ref = Ref(kind.label, str(given["key"]))
        patch, expected = raw_properties(given, properties), revision_given(given)
        command = UpdateNode(ref, patch, expected, context.now)
        return await carried_out(context, Intent(command, shown_node(ref)), given)

    payload = payload_type(title(name), what, type_, problems, "node")
    return mutation(name, what, input_type(f"{title(name)}Input", what, fields), payload, resolve)


def _delete(kind: EntityKind[Entity], problems: Problems) -> CallField:
    name, what = f"delete{kind.label}", f"Remove a {words(kind.label)}."
    text = "Remove its relationships too; without, they forbid it."
    fields = [
        _key(kind),
        input_field("detach", bool, text, default=False),
        revision_field(),
        idempotency_field(),
    ]

    async def resolve(_: object, context: Context, given: Mapping[str, object]) -> Payload:
        ref = Ref(kind.label, str(given["key"]))
        command = DeleteNode(ref, given.get("detach") is True, revision_given(given))
        return await carried_out(context, Intent(command, nothing, node_id(ref)), given)

    payload = deletion_type(title(name), what, problems)
    return mutation(name, what, input_type(f"{title(name)}Input", what, fields), payload, resolve)


def _key(kind: EntityKind[Entity]) -> StrawberryField:
    return input_field("key", str, f"The key of the {words(kind.label)}.")
