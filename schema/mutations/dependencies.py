"""Mutations that lead a dependency through its life: ask, promise, begin, deliver, or end it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from strawberry.types.field import StrawberryField

from graph.analyses.dependencies.conflicts import Conflict, conflicts_of
from graph.commands import MoveDependency, RequestDependency, Step
from graph.model.catalog import RELATION
from graph.model.changes import Change, RelationChange
from graph.model.dependencylife import REASONED, DependencyMove
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Json
from schema.building import (
    ID,
    CallField,
    TypeRef,
    input_field,
    input_type,
    many,
    object_type,
    optional,
)
from schema.context import Context
from schema.identity import relation_ref
from schema.mutations.fields import (
    create_fields,
    idempotency_field,
    mutation,
    payload_fields,
    raw_properties,
    revision_field,
    title,
)
from schema.mutations.goals import optional_ref
from schema.mutations.problems import Problems
from schema.mutations.writing import Intent, Payload, carried_out, revision_given
from schema.types.results import Results, ResultView
from schema.types.values import Values, raw
from schema.views import RelationView

Given = Mapping[str, object]

_ASKED = ("type", "link", "lag_days", "criticality", "needed_by", "owner", "description")
_PROPERTIES: Mapping[DependencyMove, tuple[str, ...]] = {
    DependencyMove.AGREE: ("committed_by", "owner"),
    DependencyMove.START: ("owner",),
}
_ENDS: Mapping[str, str] = {"from": "dependent", "to": "needed"}
_REASON: Mapping[str, str] = {"note": "reason"}
"""What the input calls a property that it sets, where not by the property's own name."""
_WHAT: Mapping[DependencyMove, str] = {
    DependencyMove.AGREE: "Promise a dependency for a day. One after the day it is needed is taken,"
    " and told as a conflict.",
    DependencyMove.START: "Begin to work on a dependency that was promised.",
    DependencyMove.RESOLVE: "Say that a dependency was delivered.",
    DependencyMove.REJECT: "Refuse a dependency, and say why.",
    DependencyMove.CANCEL: "Give a dependency up that is no longer needed, and say why.",
    DependencyMove.REOPEN: "Take back how a dependency ended, and say why: a resolved one is in"
    " progress again, a rejected one requested, a cancelled one identified.",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """A dependency as a move left it, and what now contradicts it."""

    dependency: RelationView
    conflicts: list[ResultView]


class DependencyMutations:
    """Makes the mutations; what they share is made once."""

    def __init__(
        self, dependency: TypeRef, values: Values, results: Results, problems: Problems
    ) -> None:
        self._dependency = dependency
        self._values = values
        self._conflict = results.of(Conflict)
        self._problems = problems

    def fields(self) -> list[CallField]:
        """Make them all."""
        return [self._request(), *(self._move(move, what) for move, what in _WHAT.items())]

    def _request(self) -> CallField:
        what = (
            "Ask for a dependency. The one that was identified between the two is meant, or, where"
            " there is none, a new one is made."
        )
        wanted = [RELATION[DependsOn.TYPE].by_name[name] for name in _ASKED]
        fields = [
            input_field(
                "dependent",
                optional(ID),
                "What needs the other: its id, or KIND/KEY; not needed with the key of one that is"
                " there.",
            ),
            input_field("needed", optional(ID), "What is needed: its id, or KIND/KEY; likewise."),
            input_field(
                "key",
                optional(ID),
                "The key or id of the one to ask for, or the key of a new one; derived from the ends"
                " if left out.",
            ),
            *create_fields(self._values, wanted),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            key = given.get("key")
            command = RequestDependency(
                optional_ref(given.get("dependent")),
                optional_ref(given.get("needed")),
                _step(given, context),
                None if key is None else _key(key),
                _given(given, _ASKED),
                revision_given(given),
            )
            intent = Intent(command, _moved(context), fields=_ENDS)
            return await carried_out(context, intent, given)

        return self._mutation("requestDependency", what, fields, DependencyMove.REQUEST, resolve)

    def _move(self, move: DependencyMove, what: str) -> CallField:
        names = _PROPERTIES.get(move, ())
        called = _REASON if move in REASONED else {}
        fields = [
            input_field("key", ID, "The key or the id of the dependency."),
            *create_fields(self._values, [RELATION[DependsOn.TYPE].by_name[n] for n in names]),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            command = MoveDependency(
                _key(given["key"]),
                move,
                _step(given, context),
                _given(given, names),
                revision_given(given),
            )
            intent = Intent(command, _moved(context), fields=called)
            return await carried_out(context, intent, given)

        return self._mutation(f"{move}Dependency", what, fields, move, resolve)

    def _mutation(
        self,
        name: str,
        what: str,
        fields: list[StrawberryField],
        move: DependencyMove,
        resolve: Callable[..., object],
    ) -> CallField:
        at = RELATION[DependsOn.TYPE].by_name["statuses"].parts[1]
        note = (
            input_field("reason", str, "Why.", source="note")
            if move in REASONED
            else input_field("note", optional(str), "What there is to say.")
        )
        shared = [
            note,
            input_field("by", optional(str), "Who does it; the caller if left out."),
            input_field("at", optional(self._values.input(at)), "When; now if left out."),
            revision_field(),
            idempotency_field(),
        ]
        input_ = input_type(f"{title(name)}Input", what, [*fields, *shared])
        return mutation(name, what, input_, self._payload(name, what), resolve)

    def _payload(self, name: str, what: str) -> type:
        return object_type(
            f"{title(name)}Payload",
            f"What became of: {what}",
            [
                CallField(
                    "dependency",
                    optional(self._dependency),
                    "The dependency as it stands; null when there are problems.",
                    lambda payload, _: payload.result and payload.result.dependency,
                ),
                CallField(
                    "conflicts",
                    many(self._conflict),
                    "What contradicts it now, such as a promise for after the day it is needed.",
                    lambda payload, _: payload.result.conflicts if payload.result else [],
                ),
                *payload_fields(self._problems),
            ],
        )


def _key(given: object) -> str:
    """Read the key of a dependency, given as its id or as it is."""
    ref = relation_ref(str(given))
    return ref.key if ref is not None and ref.type == DependsOn.TYPE else str(given)


def _step(given: Given, context: Context) -> Step:
    by = str(given.get("by") or context.author)
    return Step(context.now, by, raw(given.get("at")), raw(given.get("note")))


def _given(given: Given, names: tuple[str, ...]) -> dict[str, Json]:
    """Give the properties that were given, in raw form; null is as if left out."""
    kind = RELATION[DependsOn.TYPE]
    found = raw_properties(given, [kind.by_name[name] for name in names])
    return {name: value for name, value in found.items() if value is not None}


def _moved(context: Context) -> Callable[[Snapshot, tuple[Change, ...]], object]:
    """Show the dependency that was moved, with what contradicts it today."""

    def shown(snapshot: Snapshot, changes: tuple[Change, ...]) -> object:
        ref = next((c.ref for c in changes if isinstance(c, RelationChange)), None)
        link = None if ref is None else snapshot.relation(ref)
        if not isinstance(link, DependsOn):
            return None
        found = conflicts_of(snapshot, link, context.today(snapshot))
        return Moved(RelationView(snapshot, link), [ResultView(snapshot, row) for row in found])

    return shown
