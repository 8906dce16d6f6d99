"""Each analysis of the registry as a field: arguments from its parameters, types from its result."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import cast

from strawberry.types.arguments import StrawberryArgument
from strawberry.types.enum import StrawberryEnumDefinition

from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterKind, ParameterValue
from graph.analyses.registry import ANALYSES
from graph.model.catalog import ENTITY, RELATION
from graph.model.snapshot import Snapshot
from schema.building import (
    ID,
    CallField,
    TypeRef,
    argument,
    input_field,
    input_type,
    many,
    optional,
)
from schema.context import Context
from schema.identity import written
from schema.naming import camel, kind_fields, pascal
from schema.paging import PAGE_MOST
from schema.queries.pin import pinned
from schema.types.enums import choice_enum
from schema.types.results import Results, ResultView
from schema.types.resultwords import CHOICES
from schema.types.values import Values
from schema.views import RootView

_PLAIN: Mapping[ParameterKind, TypeRef] = {
    ParameterKind.TEXT: str,
    ParameterKind.INTEGER: int,
    ParameterKind.NUMBER: float,
    ParameterKind.DATE: date,
    ParameterKind.REF: ID,
    ParameterKind.SUBJECT: ID,
}

_DEFAULTS: Mapping[tuple[str, str], ParameterValue] = {
    ("impact", "limit"): PAGE_MOST,
    ("impact-of-slip", "limit"): PAGE_MOST,
}
"""Defaults for an answer over the network, where the command line lists more."""


def analysis_name(found: Analysis) -> str:
    """Give an analysis's field: its own name, or `…Analysis` where a kind has that name."""
    name = camel(found.name)
    return f"{name}Analysis" if name in kind_fields() else name


class Analyses:
    """Makes the fields of the analyses."""

    def __init__(self, values: Values, results: Results) -> None:
        self._values = values
        self.results = results
        self._choices: dict[str, StrawberryEnumDefinition] = {}

    def fields(self) -> list[CallField]:
        """Make a field for each analysis."""
        return [self._field(found) for found in ANALYSES]

    def _field(self, found: Analysis) -> CallField:
        async def resolve(
            root: RootView | None, context: Context, /, **given: object
        ) -> ResultView:
            return await self.run(found, root, context, given)

        return CallField(
            analysis_name(found),
            optional(self.results.of(found.result)),
            found.summary,
            resolve,
            self.arguments(found, lambda _: True),
        )

    async def run(
        self,
        found: Analysis,
        root: RootView | None,
        context: Context,
        given: Mapping[str, object],
    ) -> ResultView:
        """Run an analysis in a worker on what a caller gave."""
        return await self.on(found, pinned(root, context), context, given)

    async def on(
        self,
        found: Analysis,
        snapshot: Snapshot,
        context: Context,
        given: Mapping[str, object],
    ) -> ResultView:
        """Run an analysis in a worker on a snapshot."""
        kinds = {parameter.name: parameter.kind for parameter in found.parameters}
        values = {name: _value(kinds[name], value) for name, value in given.items()}
        for parameter in found.parameters:
            if parameter.today and values.get(parameter.name) is None:
                values[parameter.name] = context.today(snapshot)
        run = partial(found.call, snapshot, values)
        return ResultView(snapshot, await context.slots.run(context.payer, context.standing, run))

    def arguments(
        self, found: Analysis, wanted: Callable[[Parameter], bool]
    ) -> list[StrawberryArgument]:
        """Make the arguments of an analysis's parameters."""
        made = []
        for parameter in filter(wanted, found.parameters):
            type_ = self._type(found, parameter)
            shown = type_ if parameter.required else optional(type_)
            name, text = camel(parameter.name), parameter.description
            if isinstance(parameter.default, str | int | float):
                default = _DEFAULTS.get((found.name, parameter.name), parameter.default)
                made.append(argument(name, type_, text, default, source=parameter.name))
            else:
                made.append(argument(name, shown, text, source=parameter.name))
        return made

    def _type(self, found: Analysis, parameter: Parameter) -> TypeRef:
        if parameter.kind is ParameterKind.WEIGHTS:
            return _weights(found, parameter)
        if parameter.kind in _PLAIN:
            return _PLAIN[parameter.kind]
        single = self._choice(found, parameter)
        return many(single) if parameter.kind is ParameterKind.LIST else single

    def _choice(self, found: Analysis, parameter: Parameter) -> TypeRef:
        if not parameter.choices:
            return str
        if all(choice in ENTITY for choice in parameter.choices):
            return self._values.kind
        if all(choice in RELATION for choice in parameter.choices):
            return self._values.relation
        name = pascal(found.name) + pascal(parameter.name)
        words = {choice: CHOICES.get(choice, "") for choice in parameter.choices}
        if name not in self._choices:
            self._choices[name] = choice_enum(name, parameter.description, words)
        return self._choices[name]


def _weights(found: Analysis, parameter: Parameter) -> type:
    return input_type(
        f"{pascal(found.name)}{pascal(parameter.name)}Input",
        parameter.description,
        [
            input_field(
                camel(choice),
                optional(float),
                f"The weight of: {CHOICES.get(choice, '')}",
                source=choice,
            )
            for choice in parameter.choices
        ],
    )


def _value(kind: ParameterKind, value: object) -> ParameterValue:
    """Give a parameter's value in the form in which an analysis takes it."""
    if kind in {ParameterKind.REF, ParameterKind.SUBJECT} and isinstance(value, str):
        return written(value)
    if isinstance(value, list):
        return tuple(str(getattr(item, "value", item)) for item in value)
    if isinstance(value, Mapping):
        return {str(name): weight for name, weight in value.items() if weight is not None}
    return cast("ParameterValue", getattr(value, "value", value))
