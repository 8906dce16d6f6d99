"""Mutations that end and begin cycles: open, close with scores, carry over; and taking a write back."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from strawberry.types.field import StrawberryField

from graph.commands import CarryOver, CloseCycle, CloseObjective, OpenCycle, Score
from graph.model.entities import Cycle, KeyResult, Objective
from graph.model.values import Ref
from schema.building import (
    ID,
    CallField,
    TypeRef,
    attribute,
    input_field,
    input_type,
    many,
    object_type,
    optional,
)
from schema.context import Context
from schema.identity import given_key, given_ref
from schema.mutations.fields import idempotency_field, mutation, once, payload_fields, shown_node
from schema.mutations.goals import node_mutation, shown_nodes
from schema.mutations.problems import Problems
from schema.mutations.writing import Intent, Payload, carried_out, settled
from schema.naming import camel
from schema.types.values import raw

Given = Mapping[str, object]
Graded = tuple[str, Score]


class CycleMutations:
    """Makes the mutations; the inputs they share are made once."""

    def __init__(self, nodes: Mapping[str, TypeRef], problems: Problems) -> None:
        self._nodes = nodes
        self._problems = problems
        self._score = input_type(
            "ScoreInput",
            "A grade given at the close, beside the computed progress.",
            _score_fields(),
            _score,
        )

    def fields(self) -> list[CallField]:
        """Make them all."""
        return [
            self._open(),
            self._close_objective(),
            self._close_cycle(),
            self._carry_over(),
            self._undo(),
        ]

    def _open(self) -> CallField:
        async def resolve(_: object, context: Context, given: Given) -> Payload:
            key = given_key(Cycle.KIND, str(given["cycle"]))
            intent = Intent(OpenCycle(key, context.now), shown_node(Ref(Cycle.KIND, key)))
            return await carried_out(context, intent, given)

        what = "Open a planned cycle."
        return node_mutation(
            *("openCycle", what, [_cycle()], resolve, self._nodes[Cycle.KIND], self._problems)
        )

    def _close_objective(self) -> CallField:
        what = (
            "Close an objective before its cycle ends, with its score and those of its key results."
        )
        fields = [
            input_field("objective", ID, "The objective: its id, KIND/KEY, or its key."),
            input_field("score", optional(float), "Its grade. Unit: ratio 0-1."),
            input_field("note", optional(str), "Why it was given."),
            self._key_result_scores(),
            _by(),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            key = given_key(Objective.KIND, str(given["objective"]))
            score = Score(raw(given.get("score")), raw(given.get("note")))
            graded = None if score == Score(None) else score
            scores = _scores(given, "key_result_scores", KeyResult.KIND)
            command = CloseObjective(key, graded, scores, _judge(given, context), context.now)
            intent = Intent(command, shown_node(Ref(Objective.KIND, key)))
            return await carried_out(context, intent, given)

        type_ = self._nodes[Objective.KIND]
        return node_mutation("closeObjective", what, fields, resolve, type_, self._problems)

    def _close_cycle(self) -> CallField:
        what = (
            "Close a cycle, and with it all of its objectives that are not over. Scores stand beside"
            " the computed progress."
        )
        text = "Scores of its objectives; those without one are closed without a score."
        fields = [
            _cycle(),
            input_field("scores", many(self._score), text, default=()),
            self._key_result_scores(),
            _by(),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            key = given_key(Cycle.KIND, str(given["cycle"]))
            command = CloseCycle(
                key,
                _scores(given, "scores", Objective.KIND),
                _scores(given, "key_result_scores", KeyResult.KIND),
                _judge(given, context),
                context.now,
            )
            intent = Intent(command, shown_node(Ref(Cycle.KIND, key)))
            return await carried_out(context, intent, given)

        type_ = self._nodes[Cycle.KIND]
        return node_mutation("closeCycle", what, fields, resolve, type_, self._problems)

    def _key_result_scores(self) -> StrawberryField:
        return input_field(
            "keyResultScores",
            many(self._score),
            "Scores of key results.",
            source="key_result_scores",
            default=(),
        )

    def _carry_over(self) -> CallField:
        what = (
            "Carry objectives over into another cycle: copies continue them, take over what is still"
            " open, and count above in their place, so that nothing counts twice."
        )
        fields = [
            _cycle(),
            input_field("into", ID, "The cycle to carry into: its id, KIND/KEY, or its key."),
            input_field(
                "objectives",
                optional(many(_carried())),
                "The objectives; all that are neither dropped nor carried over already if left out.",
            ),
            input_field(
                "restart",
                bool,
                "Key results begin anew from where they stand; else their progress goes on.",
                default=False,
            ),
        ]

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            command = _carry(given, context)
            return await carried_out(context, Intent(command, shown_nodes(Objective.KIND)), given)

        type_ = self._nodes[Objective.KIND]
        return node_mutation(
            "carryOver", what, fields, resolve, type_, self._problems, several=True
        )

    def _undo(self) -> CallField:
        what = "Take a write back. Refused when later writes rest on it, with all of them."
        fields = [
            input_field("revision", int, "The revision that the write led to."),
            idempotency_field(),
        ]
        undone = attribute(
            "undone",
            optional(int),
            "The revision that was taken back; null when there are problems.",
            source="result",
        )

        async def resolve(_: object, context: Context, given: Given) -> Payload:
            revision = int(str(given["revision"]))
            run = partial(context.workspace.undo, revision, actor=context.principal)
            return await settled(context, run, lambda _, __: revision, given)

        payload = object_type(
            "UndoPayload", f"What became of: {what}", [undone, *payload_fields(self._problems)]
        )
        return mutation("undo", what, input_type("UndoInput", what, fields), payload, resolve)


def _cycle() -> StrawberryField:
    return input_field("cycle", ID, "The cycle: its id, KIND/KEY, or its key.")


def _carried() -> type:
    return input_type(
        "CarriedObjectiveInput",
        "What is particular to an objective that is carried over.",
        [
            input_field("objective", ID, "The objective: its id, KIND/KEY, or its key."),
            input_field("key", optional(str), "The copy's key; made of both keys if left out."),
            input_field(
                "owner",
                optional(ID),
                "The copy's owner, by id or KIND/KEY; the same if left out.",
            ),
        ],
    )


def _by() -> StrawberryField:
    return input_field("by", optional(str), "Who gives the scores; the caller if left out.")


def _judge(given: Given, context: Context) -> str:
    return str(given.get("by") or context.author or context.principal.name)


def _score_fields() -> list[StrawberryField]:
    return [
        input_field("of", ID, "What is graded: its id, KIND/KEY, or its key."),
        input_field("score", float, "The grade. Unit: ratio 0-1."),
        input_field("note", optional(str), "Why it was given."),
    ]


def _score(given: Given) -> Graded:
    return str(given["of"]), Score(raw(given["score"]), raw(given.get("note")))


def _scores(given: Given, name: str, kind: str) -> dict[str, Score]:
    found = cast("Sequence[Graded]", given.get(name, ()))
    return once(((given_key(kind, text), score) for text, score in found), camel(name))


def _carry(given: Given, context: Context) -> CarryOver:
    chosen = cast("Sequence[Given] | None", given.get("objectives"))
    named = once(
        ((given_key(Objective.KIND, str(one["objective"])), one) for one in chosen or ()),
        "objectives",
    )
    return CarryOver(
        given_key(Cycle.KIND, str(given["cycle"])),
        given_key(Cycle.KIND, str(given["into"])),
        None if chosen is None else list(named),
        given.get("restart") is True,
        {key: str(one["key"]) for key, one in named.items() if one.get("key") is not None},
        {
            key: given_ref(str(one["owner"]))
            for key, one in named.items()
            if one.get("owner") is not None
        },
        now=context.now,
    )
