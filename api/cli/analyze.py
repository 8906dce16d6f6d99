"""`analyze`, `impact` and `neighborhood`: commands made from the registry, their options from the parameters."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from inspect import Parameter as Argument
from inspect import Signature
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console

from api.cli import forms, options
from api.cli.failures import FOUND_PROBLEMS
from api.cli.matrix import show_matrix
from api.cli.naming import name_of, resolved
from api.cli.reading import Source, reading
from api.cli.structurematrix import show_structure
from api.cli.tables import print_table, show
from api.cli.terminal import print_json, screen
from api.painting.painters import drawable, drawn, is_drawable
from api.painting.subject import Subject
from graph.analyses.analysis import Analysis
from graph.analyses.dependencies.rollcall import RollCall
from graph.analyses.parameters import Parameter, ParameterKind
from graph.analyses.registry import ANALYSES, analysis
from graph.analyses.structure.dsm import Dsm
from graph.model.days import today_of
from graph.model.snapshot import Snapshot

_GIVEN = "given_"
"""Before the names of an analysis' own parameters, which may be words of Python such as `from`."""

_METAVARS: Mapping[ParameterKind, str] = {
    ParameterKind.TEXT: "TEXT",
    ParameterKind.INTEGER: "N",
    ParameterKind.NUMBER: "NUMBER",
    ParameterKind.DATE: "YYYY-MM-DD",
    ParameterKind.REF: "KIND/KEY",
    ParameterKind.SUBJECT: "DEPENDENCY|KIND/KEY",
    ParameterKind.CHOICE: "WORD",
    ParameterKind.LIST: "WORD,…",
    ParameterKind.WEIGHTS: "NAME=NUMBER,…",
}


def command() -> typer.Typer:
    """Make the group with one command for each analysis."""
    made = typer.Typer(help="Compute an analysis on the graph.", add_completion=False)

    @made.callback(invoke_without_command=True)
    def analyze(
        context: typer.Context,
        list_them: Annotated[bool, typer.Option("--list", help="List the analyses.")] = False,
        as_json: options.AsJson = False,
    ) -> None:
        if list_them:
            _list(as_json=as_json)
            raise typer.Exit
        if context.invoked_subcommand is None:
            context.get_help()  # prints it
            raise typer.Exit(2)

    for entry in ANALYSES:
        made.command(entry.name, help=entry.summary)(_runner(entry))
    return made


def impact() -> typer.Typer:
    """Make the command that is the analysis `impact` by a shorter name."""
    return _shorter("impact")


def neighborhood() -> typer.Typer:
    """Make the command that is the analysis `neighborhood` by a shorter name."""
    return _shorter("neighborhood")


def _shorter(name: str) -> typer.Typer:
    made = typer.Typer(add_completion=False)
    entry = analysis(name)
    made.command(entry.name, help=entry.summary)(_runner(entry))
    return made


def _list(*, as_json: bool) -> None:
    if as_json:
        print_json([{"name": entry.name, "summary": entry.summary} for entry in ANALYSES])
        return
    rows = [(entry.name, entry.summary) for entry in ANALYSES]
    print_table(screen(), "analyses", ["name", "what it computes"], rows)


def _runner(entry: Analysis) -> Callable[..., None]:
    """Give a function with the signature that the analysis declares, for typer to read."""

    def run(**values: object) -> None:
        source = Source(
            cast("list[str]", values.get("file")),  # type: ignore[arg-type]
            cast("str | None", values["as_of"]),
            cast("bool", values["partial"]),
            values["data_dir"],  # type: ignore[arg-type]
        )
        given = {
            parameter.name: cast("str", text)
            for parameter in entry.parameters
            if (text := values[_GIVEN + parameter.name]) is not None
        }
        want = forms.wanted(
            cast("forms.Form | None", values["form"]),
            cast("Path | None", values["output"]),
            as_json=bool(values["as_json"]),
        )
        answer(entry, source, given, want)

    own = [_argument(parameter) for parameter in entry.parameters]
    run.__signature__ = Signature([*own, *_SHARED])  # type: ignore[attr-defined]
    run.__annotations__ = {argument.name: argument.annotation for argument in (*own, *_SHARED)}
    return run


def _shared(name: str, annotation: object, default: object) -> Argument:
    return Argument(name, Argument.KEYWORD_ONLY, default=default, annotation=annotation)


_SHARED = (
    _shared("form", forms.AsForm, None),
    _shared("output", forms.Output, None),
    _shared("as_json", options.AsJson, False),
    _shared("as_of", options.AsOf, None),
    _shared("file", options.Files, None),
    _shared("partial", options.Partial, False),
    _shared("data_dir", options.DataDir, None),
)


def _argument(parameter: Parameter) -> Argument:
    metavar = "|".join(parameter.choices) if _is_choice(parameter) else _METAVARS[parameter.kind]
    name = _GIVEN + parameter.name
    if parameter.positional:
        made = typer.Argument(metavar=parameter.name.upper(), help=_help(parameter))
        if parameter.required:
            return Argument(name, Argument.KEYWORD_ONLY, annotation=Annotated[str, made])
        return _shared(name, Annotated[str | None, made], None)
    option = typer.Option("--" + parameter.option, metavar=metavar, help=_help(parameter))
    if parameter.required:
        return Argument(name, Argument.KEYWORD_ONLY, annotation=Annotated[str, option])
    return _shared(name, Annotated[str | None, option], None)


def _is_choice(parameter: Parameter) -> bool:
    return parameter.kind is ParameterKind.CHOICE and bool(parameter.choices)


def _help(parameter: Parameter) -> str:
    words = parameter.description
    if parameter.choices and not _is_choice(parameter):
        words += f" Of: {', '.join(parameter.choices)}."
    if parameter.default is not None:
        words += f" Default: {parameter.default}."
    return words


def answer(entry: Analysis, source: Source, given: Mapping[str, str], want: forms.Wanted) -> None:
    """Compute an analysis on the graph that the options name, and show what it gives."""
    if want.drawn and not is_drawable(entry):
        raise forms.no_picture(entry.name, want.form, drawable())
    known = {parameter.name: parameter for parameter in entry.parameters}
    values = {name: known[name].read(text) for name, text in given.items()}
    with reading(source) as snapshot:
        for name, value in values.items():
            if known[name].positional and known[name].kind is ParameterKind.REF:
                values[name] = resolved(snapshot, str(value))
        today = today_of(snapshot, datetime.now(UTC))
        filled = {parameter.name: today for parameter in entry.parameters if parameter.today}
        whole = filled | values
        result = entry.call(snapshot, whole)
        made = forms.Answer(
            result,
            lambda console: _print(console, result, snapshot),
            lambda: drawn(Subject(snapshot, result, whole)),
        )
        forms.deliver(made, want)
    if tells_of_a_loop(result):
        raise typer.Exit(FOUND_PROBLEMS)


def _print(console: Console, result: object, snapshot: Snapshot) -> None:
    if isinstance(result, RollCall):
        show_matrix(console, result)
    if isinstance(result, Dsm):
        show_structure(console, result)
    show(console, result, lambda kind, key: name_of(snapshot, kind, key))


def tells_of_a_loop(result: object) -> bool:
    """Say whether an analysis found that what must not run in a circle does."""
    violations: tuple[object, ...] = getattr(result, "violations", ())
    return any(getattr(violation, "code", "") == "loop" for violation in violations)
