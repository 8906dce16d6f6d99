"""The parameters of analyses: what each takes, and how its written form is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from graph.errors import BadUsage
from graph.model.codec import BadValue, near, parse_date

ParameterValue: TypeAlias = None | str | int | float | date | tuple[str, ...] | Mapping[str, float]
"""What a parameter holds; None where it was not given."""


class ParameterKind(StrEnum):
    """What a parameter takes, and the Python type in which `run` gets it."""

    TEXT = "text"
    """A text (`str`)."""
    INTEGER = "integer"
    """A whole number (`int`)."""
    NUMBER = "number"
    """A number (`float`)."""
    DATE = "date"
    """A day, YYYY-MM-DD (`datetime.date`)."""
    REF = "ref"
    """A node, KIND/KEY, or the bare key where the description names a default kind (`str`)."""
    SUBJECT = "subject"
    """A dependency by its key, or a node as `REF` (`str`)."""
    CHOICE = "choice"
    """One word of `choices` (`str`)."""
    LIST = "list"
    """Words, separated by commas on the command line (`tuple[str, ...]`); of `choices` if any."""
    WEIGHTS = "weights"
    """NAME=NUMBER, separated by commas (`Mapping[str, float]`); NAME is one of `choices`."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an analysis.

    `name` is the keyword of `run`. `flag` is its name on the command line where that differs;
    `positional` says that it is given there without a flag; `today`, that whoever asks fills in the
    organisation's day where none is given, since an analysis knows no clock.
    """

    name: str
    kind: ParameterKind
    description: str
    default: ParameterValue = None
    required: bool = False
    choices: tuple[str, ...] = ()
    positional: bool = False
    flag: str = ""
    today: bool = False

    @property
    def option(self) -> str:
        """Its name on the command line, without the dashes before it."""
        return self.flag or self.name.replace("_", "-")

    def read(self, text: str) -> ParameterValue:
        """Read its written form, as the command line gives it. BadUsage says what it takes."""
        try:
            return _READERS[self.kind](text)
        except (ValueError, BadValue) as error:
            msg = f"--{self.option} {text!r} cannot be read: it takes {_FORMS[self.kind]}"
            raise BadUsage(msg, self.description) from error

    def checked(self, value: ParameterValue) -> ParameterValue:
        """Give the value, the default for None. BadUsage when it is missing or no choice."""
        if value is None:
            if self.required:
                msg = f"{self.option} is missing"
                raise BadUsage(msg, self.description)
            return self.default
        for word in _words(value) if self.choices else ():
            if word not in self.choices:
                msg = f"{self.option} does not take {word!r}"
                raise BadUsage(msg, near(word, self.choices))
        return value


def _words(value: ParameterValue) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return tuple(value) if isinstance(value, Mapping) else (str(value),)


def _read_list(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _read_weights(text: str) -> dict[str, float]:
    weights = {}
    for clause in _read_list(text):
        name, _, number = clause.partition("=")
        weights[name.strip()] = float(number)
    return weights


_READERS: Mapping[ParameterKind, Callable[[str], ParameterValue]] = {
    ParameterKind.TEXT: str,
    ParameterKind.INTEGER: int,
    ParameterKind.NUMBER: float,
    ParameterKind.DATE: parse_date,
    ParameterKind.REF: str,
    ParameterKind.SUBJECT: str,
    ParameterKind.CHOICE: str,
    ParameterKind.LIST: _read_list,
    ParameterKind.WEIGHTS: _read_weights,
}

_FORMS: Mapping[ParameterKind, str] = {
    ParameterKind.TEXT: "a text",
    ParameterKind.INTEGER: "a whole number",
    ParameterKind.NUMBER: "a number",
    ParameterKind.DATE: "a day, YYYY-MM-DD",
    ParameterKind.REF: "KIND/KEY",
    ParameterKind.SUBJECT: "the key of a dependency, or KIND/KEY",
    ParameterKind.CHOICE: "a word",
    ParameterKind.LIST: "words separated by commas",
    ParameterKind.WEIGHTS: "NAME=NUMBER, separated by commas",
}
