"""The checks of Team Topologies, each a function: interactions in, findings out.

References: docs/definitions.md §6, docs/structure.md. M. Skelton and M. Pais, Team Topologies, 2019,
chapters 3 (size of teams), 5 (types of team) and 7 (modes of interaction).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from graph.analyses.structure.interactions import Interaction, Interactions
from graph.model.vocabulary import DependencyType, InteractionMode, TeamType

ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (ERROR, WARNING, NOTE)
LISTED = 20
"""Partners and dependencies listed with a finding; both are counted."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many partners, suppliers and people a team may have before it is a finding."""

    partners: int
    suppliers: int
    people: int


@dataclass(frozen=True, slots=True)
class TopologyFinding:
    """Something about the team `key` that Team Topologies advises against, and the way out.

    `partners` are keys of the other teams of it and `dependencies` keys of what is behind it, at
    most `LISTED` of their counts.
    """

    severity: str
    code: str
    key: str
    partners: tuple[str, ...]
    partner_count: int
    dependencies: tuple[str, ...]
    dependency_count: int
    message: str
    hint: str


def _collaborations(found: Interactions, _: Bounds) -> Iterator[TopologyFinding]:
    for each in found.between_lasting():
        if each.link.mode is not InteractionMode.COLLABORATION:
            continue
        pair, until = (each.source, each.target), each.link.until
        hint = "agree on the day by which one side can serve the other without collaborating"
        if until is None:
            message = f"{pair[0]} and {pair[1]} collaborate without an end"
            yield _found(WARNING, "collaboration_without_end", pair[0], [each], message, hint)
        elif found.day is not None and until < found.day:
            message = f"{pair[0]} and {pair[1]} still collaborate, which was to end on {until}"
            yield _found(WARNING, "collaboration_overrun", pair[0], [each], message, hint)


def _at_once(found: Interactions, _: Bounds) -> Iterator[TopologyFinding]:
    for team in found.lasting():
        with_others = [
            each
            for _, each in found.partners(team.key)
            if each.link.mode is InteractionMode.COLLABORATION
        ]
        others = _others(team.key, with_others)
        if len(others) > 1:
            message = f"{team.key} collaborates with {len(others)} teams at once"
            hint = "collaborate with one team at a time; the others wait or are served"
            yield _found(WARNING, "several_collaborations", team.key, with_others, message, hint)


def _platforms(found: Interactions, _: Bounds) -> Iterator[TopologyFinding]:
    for team in found.lasting():
        handed = [each for each in found.into.get(team.key, ()) if each.is_handoff]
        if team.type is TeamType.PLATFORM and handed:
            message = (
                f"{_teams(_others(team.key, handed))} for the platform team {team.key} to deliver or"
                " agree"
            )
            hint = "offer it as a service that they can use by themselves"
            yield _found(WARNING, "platform_with_handoffs", team.key, handed, message, hint)


def _enabling(found: Interactions, _: Bounds) -> Iterator[TopologyFinding]:
    for team in found.lasting():
        owed = [
            each
            for each in found.into.get(team.key, ())
            if each.link.type is DependencyType.DELIVERY
        ]
        if team.type is TeamType.ENABLING and owed:
            message = (
                f"{_teams(_others(team.key, owed))} for the enabling team {team.key} to deliver"
            )
            hint = "let it help them to do it themselves, or say that it is another type of team"
            yield _found(WARNING, "enabling_team_delivers", team.key, owed, message, hint)


def _suppliers(found: Interactions, bounds: Bounds) -> Iterator[TopologyFinding]:
    for team in found.lasting():
        waiting = [each for each in found.out.get(team.key, ()) if each.is_handoff]
        others = _others(team.key, waiting)
        if team.type is TeamType.STREAM_ALIGNED and len(others) > bounds.suppliers:
            message = (
                f"the stream-aligned team {team.key} waits for {len(others)} teams to deliver or agree,"
                f" more than {bounds.suppliers}"
            )
            hint = "bring what it waits for into the team, or have it offered as a service"
            yield _found(WARNING, "blocked_stream_team", team.key, waiting, message, hint)


def _partners(found: Interactions, bounds: Bounds) -> Iterator[TopologyFinding]:
    for team in found.lasting():
        close = [
            each
            for _, each in found.partners(team.key)
            if each.link.mode is not InteractionMode.X_AS_A_SERVICE
        ]
        others = _others(team.key, close)
        if len(others) > bounds.partners:
            message = (
                f"{team.key} works with {len(others)} teams other than as a service, more than"
                f" {bounds.partners}"
            )
            hint = "turn some of it into a service, or cut the teams' responsibilities anew"
            yield _found(WARNING, "too_many_partners", team.key, close, message, hint)


def _dissolved(found: Interactions, _: Bounds) -> Iterator[TopologyFinding]:
    for key, about in sorted(found.ended.items()):
        ended = found.teams[key].dissolved
        message = f"{key} ended on {ended}, and is still tied to {_listed(_others(key, about))}"
        hint = "name the team that took it over, or cancel the dependencies"
        yield _found(ERROR, "team_dissolved", key, about, message, hint)


def _sizes(found: Interactions, bounds: Bounds) -> Iterator[TopologyFinding]:
    for team in found.lasting():
        people = found.people.get(team.key, 0)
        if people > bounds.people:
            message = f"{team.key} has {people:g} people, more than {bounds.people}"
            hint = "split it along what it is responsible for"
            yield _found(NOTE, "team_too_large", team.key, (), message, hint)


def _types(found: Interactions, _: Bounds) -> Iterator[TopologyFinding]:
    for team in found.lasting():
        if team.type is None:
            message = f"{team.key} has no type"
            hint = f"one of {', '.join(TeamType)}"
            yield _found(NOTE, "team_type_missing", team.key, (), message, hint)


def _modes(found: Interactions, _: Bounds) -> Iterator[TopologyFinding]:
    for team in found.lasting():
        unnamed = [
            each
            for each in found.out.get(team.key, ())
            if each.is_declared and each.link.mode is None
        ]
        if unnamed:
            others = _others(team.key, unnamed)
            message = f"how {team.key} works with {_listed(others)} is not said"
            hint = f"give the dependency a mode: {', '.join(InteractionMode)}"
            yield _found(NOTE, "mode_missing", team.key, unnamed, message, hint)


def _others(key: str, about: Iterable[Interaction]) -> list[str]:
    return sorted({each.source if each.target == key else each.target for each in about})


def _listed(keys: list[str]) -> str:
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


def _teams(keys: list[str]) -> str:
    return f"{_listed(keys)} {'waits' if len(keys) == 1 else 'wait'}"


def _found(
    severity: str,
    code: str,
    key: str,
    about: Iterable[Interaction],
    message: str,
    hint: str,
) -> TopologyFinding:
    about = [*about]
    others = _others(key, about)
    behind = sorted({each.link.key for each in about})
    return TopologyFinding(
        severity,
        code,
        key,
        tuple(others[:LISTED]),
        len(others),
        tuple(behind[:LISTED]),
        len(behind),
        message,
        hint,
    )


CHECKS: tuple[Callable[[Interactions, Bounds], Iterator[TopologyFinding]], ...] = (
    _dissolved,
    _collaborations,
    _at_once,
    _platforms,
    _enabling,
    _suppliers,
    _partners,
    _sizes,
    _types,
    _modes,
)
