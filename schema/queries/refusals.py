"""`refusedWrites`: who wanted to write what, and why he could not; for admins."""

from dataclasses import dataclass
from datetime import datetime

from graph.errors import ErrorCode
from graph.model.access import REFUSALS_KEPT, RefusedWrite
from graph.model.principals import Role
from schema.building import CallField, attribute, object_type, optional
from schema.context import Context
from schema.identity import opaque
from schema.paging import Page, Rows, window_of
from schema.types.connections import Connections, window_arguments
from schema.types.log import read_cursor
from schema.types.values import Values
from schema.views import RootView
from schema.worker import in_steps

WORD = "refusal"


@dataclass(frozen=True, slots=True)
class RefusedView:
    """A refused write. Has all attributes of it."""

    refused: RefusedWrite

    @property
    def role(self) -> Role | None:
        """The role that he had."""
        return Role(self.refused.role) if self.refused.role else None

    @property
    def target(self) -> str | None:
        """What it was about."""
        return self.refused.target or None

    @property
    def code(self) -> ErrorCode:
        """Why it was refused, for programs."""
        return ErrorCode(self.refused.code)

    def __getattr__(self, name: str) -> object:
        return getattr(self.refused, name)


class RefusedEdge:
    """An edge to a refused write."""

    def __init__(self, refused: RefusedWrite) -> None:
        self.cursor = opaque(f"{WORD}:{refused.number}")
        self.node = RefusedView(refused)


async def _resolve(
    root: RootView | None, context: Context, **window: object
) -> Page[RefusedWrite, RefusedEdge]:
    del root
    found = await in_steps(lambda: context.workspace.refused(REFUSALS_KEPT))
    return Page(
        Rows(found, lambda refused: -refused.number),
        window_of(window),
        lambda cursor: -read_cursor(cursor, WORD),
        RefusedEdge,
    )


def refused_field(values: Values, connections: Connections) -> CallField:
    """Make `refusedWrites`."""
    refused = object_type(
        "RefusedWrite",
        "A write that was refused: for want of a role, or because it broke a rule.",
        [
            attribute("number", int, "It rises by one with each refusal."),
            attribute("at", datetime, "When it was refused."),
            attribute("actor", str, "Who wanted to write."),
            attribute(
                "role",
                optional(values.fixed[Role]),
                "The role that he had; null for one who works on the database itself.",
            ),
            attribute("command", str, "What he wanted to do: a command, or a field of Mutation."),
            attribute("target", optional(str), "To what; null where that was not told."),
            attribute("code", values.code, "Why he could not, for programs."),
            attribute("message", str, "Why he could not, for people: the first reason."),
            attribute("reasons", int, "How many reasons there were."),
        ],
    )
    text = (
        f"Writes that were refused, the newest first: the last {REFUSALS_KEPT:,} of them. For"
        " admins."
    )
    connection = connections.of("RefusedWrite", refused, "refused writes")
    return CallField("refusedWrites", optional(connection), text, _resolve, window_arguments())
