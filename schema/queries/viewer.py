"""`viewer`: who asks, as the service knows him."""

from dataclasses import dataclass

from graph.commands.ownership import Ownership
from graph.model.principals import Role
from schema.building import CallField, attribute, many, object_type, optional
from schema.context import Context
from schema.queries.pin import pinned
from schema.types.values import Values
from schema.views import RootView


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: his name in the log, his role, his person and his teams."""

    name: str
    role: Role
    person: str | None
    teams: list[str]


def _resolve(root: RootView | None, context: Context) -> Viewer:
    snapshot, who = pinned(root, context), context.principal
    teams = Ownership(snapshot, who, context.today(snapshot)).teams
    return Viewer(who.name, who.role, who.person, sorted(teams))


def viewer_field(values: Values) -> CallField:
    """Make `viewer`."""
    viewer = object_type(
        "Viewer",
        "Who asks.",
        [
            attribute("name", str, "What the log calls him."),
            attribute("role", values.fixed[Role], "What he may do."),
            attribute("person", optional(str), "The key of the Person he is; null if unknown."),
            attribute(
                "teams",
                many(str),
                "The keys of his teams: those he was given, and those he is a member of today.",
            ),
        ],
    )
    return CallField("viewer", viewer, "Who asks, as the service knows him.", _resolve)
