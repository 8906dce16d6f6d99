"""link, update and unlink for each type of relationship.

A relationship is named by its two ends, or by its key where it has one. The ends are given by
their ids or as KIND/KEY, since several kinds can stand there.
"""

from collections.abc import Callable, Mapping

from strawberry.types.field import StrawberryField

from graph.commands import Link, Unlink, UpdateRelation
from graph.model.catalog import Property, RelationKind
from graph.model.changes import Change
from graph.model.relations import Relation, RelationRef
from graph.model.snapshot import Snapshot
from schema.building import ID, CallField, TypeRef, input_field, input_type
from schema.context import Context
from schema.identity import given_ref, relation_id
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
    title,
)
from schema.mutations.problems import Problems
from schema.mutations.writing import Intent, Payload, carried_out, revision_given
from schema.types.values import Values
from schema.views import RelationView

_ENDS: Mapping[str, str] = {"from": "source", "to": "target"}
"""What the input calls the ends, which rules and documents call otherwise."""


def relationship_mutations(
    kind: RelationKind[Relation], type_: TypeRef, values: Values, problems: Problems
) -> list[CallField]:
    """Make the mutations of a type; one without properties to alter has no update."""
    made = [_link(kind, type_, values, problems), _unlink(kind, problems)]
    properties = settable(kind.properties)
    if properties:
        made.insert(1, _update(kind, type_, properties, values, problems))
    return made


def _link(
    kind: RelationKind[Relation], type_: TypeRef, values: Values, problems: Problems
) -> CallField:
    name, what = f"link{kind.cls.__name__}", f"Join two nodes by {kind.type}. {kind.description}"
    properties = [p for p in kind.properties if p.settable]
    fields = [*_ends(kind), *create_fields(values, properties), idempotency_field()]

    async def resolve(_: object, context: Context, given: Mapping[str, object]) -> Payload:
        source, target = given_ref(str(given["source"])), given_ref(str(given["target"]))
        raw = raw_properties(given, properties)
        command = Link(kind.type, source, target, raw, context.now)
        return await carried_out(context, Intent(command, _linked, fields=_ENDS), given)

    payload = payload_type(title(name), what, type_, problems, "relationship")
    return mutation(name, what, input_type(f"{title(name)}Input", what, fields), payload, resolve)


def _update(
    kind: RelationKind[Relation],
    type_: TypeRef,
    properties: list[Property],
    values: Values,
    problems: Problems,
) -> CallField:
    name, what = f"update{kind.cls.__name__}", f"Alter properties of a {kind.type} relationship."
    fields = [
        *_named(kind),
        *patch_fields(values, properties),
        revision_field(),
        idempotency_field(),
    ]

    async def resolve(_: object, context: Context, given: Mapping[str, object]) -> Payload:
        ref = _ref(kind, given)
        raw = raw_properties(given, properties)
        command = UpdateRelation(ref, raw, revision_given(given), context.now)
        return await carried_out(context, Intent(command, _relation(ref)), given)

    payload = payload_type(title(name), what, type_, problems, "relationship")
    return mutation(name, what, input_type(f"{title(name)}Input", what, fields), payload, resolve)


def _unlink(kind: RelationKind[Relation], problems: Problems) -> CallField:
    name, what = f"unlink{kind.cls.__name__}", f"Remove a {kind.type} relationship."
    fields = [*_named(kind), revision_field(), idempotency_field()]

    async def resolve(_: object, context: Context, given: Mapping[str, object]) -> Payload:
        ref = _ref(kind, given)
        intent = Intent(Unlink(ref, revision_given(given)), nothing, relation_id(ref))
        return await carried_out(context, intent, given)

    payload = deletion_type(title(name), what, problems)
    return mutation(name, what, input_type(f"{title(name)}Input", what, fields), payload, resolve)


def _ends(kind: RelationKind[Relation]) -> list[StrawberryField]:
    sources = ", ".join(dict.fromkeys(a for a, _ in kind.ends))
    targets = ", ".join(dict.fromkeys(b for _, b in kind.ends))
    return [
        input_field("source", ID, f"Where it starts: an id, or KIND/KEY. One of: {sources}."),
        input_field("target", ID, f"Where it ends: an id, or KIND/KEY. One of: {targets}."),
    ]


def _named(kind: RelationKind[Relation]) -> list[StrawberryField]:
    """Make the fields that name a relationship which is there."""
    if kind.keyed:
        return [input_field("key", str, "The key of the relationship.")]
    return _ends(kind)


def _ref(kind: RelationKind[Relation], given: Mapping[str, object]) -> RelationRef:
    if kind.keyed:
        return RelationRef(kind.type, str(given["key"]))
    source, target = given_ref(str(given["source"])), given_ref(str(given["target"]))
    return kind.make(source, target, {}).ref


def _relation(ref: RelationRef) -> Callable[[Snapshot, tuple[Change, ...]], object]:
    def shown(snapshot: Snapshot, _: tuple[Change, ...]) -> object:
        found = snapshot.relation(ref)
        return None if found is None else RelationView(snapshot, found)

    return shown


def _linked(snapshot: Snapshot, changes: tuple[Change, ...]) -> object:
    """Show the relationship that was made: its key may have been derived."""
    made = next((c.after for c in changes if isinstance(c.after, Relation)), None)
    return None if made is None else _relation(made.ref)(snapshot, changes)
