"""The forms in which a command answers, and where the answer goes."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer
from rich.console import Console

from api.cli.replacing import replacing
from api.cli.terminal import PIPED_WIDTH, json_of, print_bytes, print_json, say, screen
from api.pictures.drawing import Drawing
from graph.errors import BadUsage


class Form(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"
    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


AsForm: TypeAlias = Annotated[
    Form | None,
    typer.Option(
        "--format",
        help="How to write the answer, pictures of some answers."
        " By the ending of --output if left out, else text.",
    ),
]
Output: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--output", metavar="FILE", help="Where to write it; standard output if left out."
    ),
]

_WRITERS: Final[Mapping[Form, Callable[[Drawing], str]]] = {
    Form.MERMAID: lambda drawing: drawing.mermaid(),
    Form.DOT: lambda drawing: drawing.dot(),
    Form.SVG: lambda drawing: drawing.svg(),
}
_BY_ENDING: Final = {
    ".json": Form.JSON,
    ".mmd": Form.MERMAID,
    ".mermaid": Form.MERMAID,
    ".dot": Form.DOT,
    ".gv": Form.DOT,
    ".svg": Form.SVG,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The form of an answer, and the file it goes to, None for standard output."""

    form: Form
    output: Path | None = None

    @property
    def drawn(self) -> bool:
        """Whether it is a picture."""
        return self.form in _WRITERS


def wanted(form: Form | None, output: Path | None, *, as_json: bool) -> Wanted:
    """Read the options. BadUsage when --json and --format ask for two different things."""
    if as_json and form not in {None, Form.JSON}:
        msg = f"--json and --format {form} contradict each other"
        raise BadUsage(msg, "--json is --format json; give one of the two")
    ending = _BY_ENDING.get(output.suffix.lower()) if output else None
    return Wanted(form or (Form.JSON if as_json else ending or Form.TEXT), output)


def no_picture(what: str, form: Form, drawable: Sequence[str]) -> BadUsage:
    """Say that something cannot be drawn, and what is possible instead."""
    names = ", ".join(drawable)
    return BadUsage(
        f"{what} has no picture that could be drawn as {form}",
        f"it answers as text or json; pictures are made by: {names}",
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in all the forms it may take: as JSON, on a console, and as a picture."""

    value: object
    show: Callable[[Console], None]
    picture: Callable[[], Drawing]


def deliver(answer: Answer, want: Wanted) -> None:
    """Write an answer in the form and to the place that is wanted."""
    if want.output is None and want.form is Form.TEXT:
        answer.show(screen())
    elif want.output is None and want.form is Form.JSON:
        print_json(answer.value)
    elif want.output is None:
        print_bytes(_written(answer, want.form))
    else:
        written = _written(answer, want.form)
        with replacing(want.output, "--output") as stream:
            stream.write(written)


def _written(answer: Answer, form: Form) -> bytes:
    if form is Form.JSON:
        return json_of(answer.value)
    if form is Form.TEXT:
        page = io.StringIO()
        answer.show(
            Console(
                file=page,
                width=PIPED_WIDTH,
                force_terminal=False,
                no_color=True,
                markup=False,
                emoji=False,
                highlight=False,
            )
        )
        return page.getvalue().encode()
    drawing = answer.picture()
    if drawing.note:
        say(drawing.note, stderr=True)
    return _WRITERS[form](drawing).encode()
