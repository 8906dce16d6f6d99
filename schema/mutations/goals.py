"""Mutations on goals as planners make them: check-ins, whole objectives, other parents and weights."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from strawberry.types.field import StrawberryField

from graph.commands import (
    CheckInEntry,
    CreateObjective,
    KeyResultDraft,
    ParentLink,
    RecordCheckIns,
    Reparent,
    Reweight,
    Split,
    SplitPart,
)
from graph.model.catalog import ENTITY
from graph.model.changes import Change
from graph.model.entities import CheckIn, Cycle, KeyResult, Objective
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from schema.building import ID, CallField, TypeRef, input_field, input_type, many, optional
from schema.context import Context
from schema.identity import given_key, given_ref
from schema.mutations.fields import (
    create_fields,
    idempotency_field,
    mutation,
    once,
    payload_type,
    raw_properties,
    read_revision_field,
    settable,
    shown_node,
    title,
)
from schema.mutations.problems import Problems
from schema.mutations.writing import Intent, Payload, carried_out, revision_given
from schema.types.values import Values, raw
from schema.views import node_view

Given = Mapping[str, object]


class GoalMutations:
    """Makes the mutations; the inputs they share are made once."""

    def __init__(self, nodes: Mapping[str, TypeRef], values: Values, problems: Problems) -> None:
        self._nodes = nodes
        self._values = values
        self._problems = problems
        self._parent = input_type(
            "ParentInput",
            "What to contribute to, or to support.",
            [
                input_field("target", ID, "An objective or key result: its id, or KIND/KEY."),
                input_field(
                    "weight",
                    optional(float),
                    "Weight among the target's contributors; 1 if left out. At least 0.",
                ),
                input_field("supports", bool, "Aligned only: no progress flows.", default=False),
            ],
            _parent,
        )

    def fields(self) -> list[CallField]:
        """Make them all."""
        return [
            self._check_in(),
            self._record_check_ins(),
            self._create_objective(),
            self._reparent(),
            self._reweight(),
            self._split(),
        ]

    def _check_in(self) -> CallField:
        what = "Check a key result in: its value, how sure the owner is, and what there is to say."

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            command = RecordCheckIns([_entry(given)], context.now, context.author)
            return await carried_out(context, Intent(command, _first(CheckIn.KIND)), given)

        return self._mutation("checkIn", what, self._entry_fields(), resolve, CheckIn.KIND)

    def _record_check_ins(self) -> CallField:
        what = "Check many key results in at once: all of them, or none."
        entry = input_type(
            "CheckInEntryInput", "A check-in of a key result.", self._entry_fields(), _entry
        )
        fields = [input_field("checkIns", many(entry), "The check-ins.", source="check_ins")]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            entries = cast("Sequence[CheckInEntry]", given["check_ins"])
            command = RecordCheckIns(entries, context.now, context.author)
            return await carried_out(context, Intent(command, shown_nodes(CheckIn.KIND)), given)

        return self._mutation("recordCheckIns", what, fields, resolve, CheckIn.KIND, several=True)

    def _entry_fields(self) -> list[StrawberryField]:
        kind = ENTITY[CheckIn.KIND]
        wanted = [kind.by_name[name] for name in ("at", "confidence", "note", "by", "key")]
        made = [field for p in wanted for field in create_fields(self._values, [p])]
        made[0] = input_field(
            "at", optional(self._values.input(wanted[0])), "When it was read; today if left out."
        )
        made[-1] = input_field(
            "key", optional(str), "The key of the check-in; derived from the others if left out."
        )
        text = "The key result: its id, KIND/KEY, or its key."
        return [
            input_field("keyResult", ID, text, source="key_result"),
            input_field("value", float, "The value, in the key result's unit."),
            *made,
        ]

    def _create_objective(self) -> CallField:
        what = "Make an objective with its owner, cycle, key results and parents, in one write."
        fields = [
            *create_fields(self._values, [ENTITY[Objective.KIND].by_name["key"]]),
            *create_fields(self._values, settable(ENTITY[Objective.KIND].properties)),
            _owner(),
            input_field("cycle", optional(ID), "The cycle: its id, KIND/KEY, or its key."),
            input_field(
                "keyResults",
                many(self._draft()),
                "Its key results.",
                source="key_results",
                default=(),
            ),
            input_field("parents", many(self._parent), "What it contributes to.", default=()),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            shown = shown_node(Ref(Objective.KIND, str(given["key"])))
            return await carried_out(context, Intent(_creation(given, context), shown), given)

        return self._mutation(
            "createObjectiveWithKeyResults", what, fields, resolve, Objective.KIND
        )

    def _draft(self) -> type:
        return input_type(
            "KeyResultDraftInput",
            "A key result to make with its objective.",
            [
                input_field(
                    "key", optional(str), "Its key; derived from the objective's if left out."
                ),
                *create_fields(self._values, settable(ENTITY[KeyResult.KIND].properties)),
            ],
            _draft,
        )

    def _reparent(self) -> CallField:
        what = (
            "Let an objective, key result or work item contribute to other parents, in one write."
        )
        fields = [
            input_field("of", ID, "What gets other parents: its id, or KIND/KEY."),
            input_field(
                "parents",
                many(self._parent),
                "Its new parents. A parent that is kept keeps its weight unless one is given. Without"
                " any it stands alone.",
            ),
            input_field(
                "replace",
                optional(many(ID)),
                "The parents they take the place of, by id or KIND/KEY; all if left out.",
            ),
            read_revision_field(),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            ref = given_ref(str(given["of"]))
            replaced = given.get("replace")
            command = Reparent(
                ref,
                cast("Sequence[ParentLink]", given["parents"]),
                None if replaced is None else _refs(replaced),
                revision_given(given),
            )
            return await carried_out(context, Intent(command, shown_node(ref)), given)

        return self._mutation("reparent", what, fields, resolve, "")

    def _reweight(self) -> CallField:
        what = "Weigh the contributors of an objective or key result anew, in one write."
        weight = input_type(
            "ContributorWeightInput",
            "What a contributor weighs.",
            [
                input_field("source", ID, "The contributor: its id, or KIND/KEY."),
                input_field("weight", float, "Its weight. At least 0; not all may be 0."),
            ],
            lambda given: (given_ref(str(given["source"])), raw(given["weight"])),
        )
        fields = [
            input_field("target", ID, "The objective or key result: its id, or KIND/KEY."),
            input_field("weights", many(weight), "The new weights; others stay as they are."),
            read_revision_field(),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            ref = given_ref(str(given["target"]))
            weights = once(cast("Sequence[tuple[Ref, Json]]", given["weights"]), "weights")
            command = Reweight(ref, weights, revision_given(given))
            return await carried_out(context, Intent(command, shown_node(ref)), given)

        return self._mutation("reweight", what, fields, resolve, "")

    def _split(self) -> CallField:
        what = (
            "Split an objective: move some of its key results and contributors to new ones. The"
            " progress of everything above stays the same."
        )
        part = input_type(
            "SplitPartInput",
            "A new objective, which continues the one that is split.",
            [
                *create_fields(self._values, [ENTITY[Objective.KIND].by_name["key"]]),
                *create_fields(self._values, settable(ENTITY[Objective.KIND].properties)),
                _owner("that of the whole if left out"),
                input_field(
                    "contributors",
                    many(ID),
                    "The key results, objectives and work items that go with it, by id or KIND/KEY.",
                ),
            ],
            _part,
        )
        fields = [
            input_field("objective", ID, "The objective: its id, KIND/KEY, or its key."),
            input_field("parts", many(part), "What is split off."),
            read_revision_field(),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            ref = Ref(Objective.KIND, given_key(Objective.KIND, str(given["objective"])))
            parts = cast("Sequence[SplitPart]", given["parts"])
            command = Split(ref, parts, context.now, revision_given(given))
            return await carried_out(context, Intent(command, shown_nodes(Objective.KIND)), given)

        return self._mutation("splitObjective", what, fields, resolve, Objective.KIND, several=True)

    def _mutation(
        self,
        name: str,
        what: str,
        fields: Sequence[StrawberryField],
        resolve: Callable[..., object],
        kind: str,
        *,
        several: bool = False,
    ) -> CallField:
        """Make a mutation whose payload shows a node of a kind, of any kind (""), or several."""
        return node_mutation(
            name, what, fields, resolve, self._nodes[kind], self._problems, several=several
        )


def node_mutation(
    name: str,
    what: str,
    fields: Sequence[StrawberryField],
    resolve: Callable[..., object],
    type_: TypeRef,
    problems: Problems,
    *,
    several: bool = False,
) -> CallField:
    """Make a mutation whose payload shows the node it is about, or all that it made or altered."""
    result, word = (many(type_), "nodes") if several else (type_, "node")
    return mutation(
        name,
        what,
        input_type(f"{title(name)}Input", what, [*fields, idempotency_field()]),
        payload_type(title(name), what, result, problems, word),
        resolve,
    )


def _owner(otherwise: str = "nobody if left out") -> StrawberryField:
    text = f"Who owns it, by id or KIND/KEY; {otherwise}. A company, value stream, product, team or person."
    return input_field("owner", optional(ID), text)


def optional_ref(given: object) -> Ref | None:
    """Give the node that an optional id names."""
    return None if given is None else given_ref(str(given))


def _creation(given: Given, context: Context) -> CreateObjective:
    cycle = given.get("cycle")
    return CreateObjective(
        raw(given["key"]),
        raw_properties(given, settable(ENTITY[Objective.KIND].properties)),
        optional_ref(given.get("owner")),
        None if cycle is None else given_key(Cycle.KIND, str(cycle)),
        cast("Sequence[KeyResultDraft]", given.get("key_results", ())),
        cast("Sequence[ParentLink]", given.get("parents", ())),
        context.now,
    )


def _refs(given: object) -> list[Ref]:
    return [given_ref(str(text)) for text in cast("Sequence[object]", given)]


def _parent(given: Given) -> ParentLink:
    weight, supports = given.get("weight"), given.get("supports") is True
    return ParentLink(given_ref(str(given["target"])), raw(weight), supports)


def _draft(given: Given) -> KeyResultDraft:
    properties = settable(ENTITY[KeyResult.KIND].properties)
    return KeyResultDraft(raw(given.get("key")), raw_properties(given, properties))


def _part(given: Given) -> SplitPart:
    properties = settable(ENTITY[Objective.KIND].properties)
    return SplitPart(
        raw(given["key"]),
        raw_properties(given, properties),
        optional_ref(given.get("owner")),
        _refs(given["contributors"]),
    )


def _entry(given: Given) -> CheckInEntry:
    return CheckInEntry(
        given_key(KeyResult.KIND, str(given["key_result"])),
        raw(given["value"]),
        raw(given.get("at")),
        raw(given.get("confidence")),
        raw(given.get("note")),
        raw(given.get("by")),
        raw(given.get("key")),
    )


def _first(kind: str) -> Callable[[Snapshot, tuple[Change, ...]], object]:
    """Show the first node of a kind that was made."""

    def shown(snapshot: Snapshot, changes: tuple[Change, ...]) -> object:
        found = _made(kind, changes)
        return node_view(snapshot, found[0]) if found else None

    return shown


def shown_nodes(kind: str) -> Callable[[Snapshot, tuple[Change, ...]], object]:
    """Show all nodes of a kind that were made or altered."""
    return lambda snapshot, changes: [
        view for ref in _made(kind, changes) if (view := node_view(snapshot, ref)) is not None
    ]


def _made(kind: str, changes: tuple[Change, ...]) -> list[Ref]:
    return [
        change.ref
        for change in changes
        if isinstance(change.ref, Ref) and change.ref.kind == kind and change.after is not None
    ]
