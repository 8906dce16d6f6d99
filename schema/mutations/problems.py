"""Domain problems: what a payload says instead of doing what was asked.

Everything that a caller can put right is a problem; everything else is an error.
"""

from collections.abc import Callable
from dataclasses import dataclass

from graph.errors import (
    Conflict,
    ErrorCode,
    HeadwaterError,
    NotFound,
    Refused,
    RevisionUnknown,
    Violation,
)
from schema.building import attribute, interface_type, object_type, optional
from schema.naming import camel
from schema.types.values import Values


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One problem. `type` is the name of its type in the schema."""

    type: str
    code: ErrorCode
    message: str
    subject: str | None = None
    field: str | None = None
    value: str | None = None
    hint: str | None = None
    current_revision: int | None = None


def _of_violation(violation: Violation) -> ProblemView:
    return ProblemView(
        "ValidationProblem",
        violation.code,
        violation.message,
        violation.subject or None,
        camel(violation.field) or None,
        violation.value or None,
        violation.hint or None,
    )


def problems_of(error: HeadwaterError) -> list[ProblemView] | None:
    """Give the problems that an error stands for; None when it is not for the caller to solve."""
    hint = error.hint or None
    if isinstance(error, Refused):
        return [_of_violation(violation) for violation in error.violations]
    if isinstance(error, NotFound | RevisionUnknown):
        return [ProblemView("NotFoundProblem", error.code, error.message, hint=hint)]
    if isinstance(error, Conflict):
        stands = error.current_revision
        return [
            ProblemView(
                "ConflictProblem", error.code, error.message, hint=hint, current_revision=stands
            )
        ]
    return None


class Problems:
    """The `Problem` interface and its members."""

    def __init__(self, values: Values) -> None:
        common = [
            attribute("code", values.code, "What went wrong, for programs."),
            attribute("message", str, "What went wrong, for people."),
            attribute(
                "subject",
                optional(str),
                "The thing it is about: KIND/KEY, or a relationship; null where it is about none.",
            ),
            attribute(
                "field",
                optional(str),
                "The input's field it is about; null where it is about none.",
            ),
            attribute("hint", optional(str), "The way out; null where there is none to name."),
        ]
        self.interface = interface_type(
            "Problem", "Why a write was refused. Nothing was written.", common, _type_name
        )
        validation = [attribute("value", optional(str), "What was given, shortened.")]
        conflict = [
            attribute(
                "currentRevision",
                optional(int),
                "The revision at which the thing stands now.",
                source="current_revision",
            )
        ]
        self.members = [
            object_type(name, text, [*common, *more], interfaces=[self.interface], holds=_is(name))
            for name, text, more in (
                ("ValidationProblem", "The input breaks a rule of the graph.", validation),
                ("NotFoundProblem", "What was to be changed is not there.", []),
                ("ConflictProblem", "It was changed since the caller read it.", conflict),
            )
        ]


def _type_name(value: object) -> str:
    return value.type if isinstance(value, ProblemView) else ""


def _is(name: str) -> Callable[[object], bool]:
    return lambda value: _type_name(value) == name
