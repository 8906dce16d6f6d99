"""The teams that a slip hits: those whose work moves, who own a goal it reaches, or who wait.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.analyses.dependencies.slipgoals import SlippedGoal, amount
from graph.analyses.dependencies.slipreach import Move, Reached
from graph.analyses.dependencies.slipwholes import MovedWhole
from graph.analyses.scope import spread, wholes
from graph.analyses.teams.teamgraph import teams_of
from graph.model.entities import KeyResult, Team, WorkItem
from graph.model.relations import Delivers, Measures
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

DELIVERS, WAITS, OWNS = "delivers", "waits", "owns"


@dataclass(frozen=True, slots=True)
class SlippedTeam:
    """A team that a slip hits. `path` leads to it from the root, KIND/KEY.

    `role` is `delivers` (its work moves: `items` of it, by up to `days` working days; 0 items where
    others deliver the parts of its work), `waits` (what
    it needs arrives later, and it has no work that tells) or `owns` (a goal it owns is reached by
    the work of others). `before` and `after` are the last days of that work, of the arrival, or of
    the work for the goal. `cost_of_delay` is the sum of cost of delay times days over its items.
    """

    key: str
    name: str | None
    role: str
    path: tuple[str, ...]
    before: date | None
    after: date | None
    days: float
    items: int
    cost_of_delay: float
    why: str


@dataclass(slots=True)
class _Gathered:
    """The items of a team that move."""

    items: list[Ref] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    cost: float = 0.0


def slipped_teams(
    snapshot: Snapshot,
    reach: Reached,
    goals: Iterable[SlippedGoal],
    idle: Iterable[tuple[Ref, tuple[str, ...], tuple[date | None, date | None]]],
    moved: Iterable[MovedWhole],
    path_of: Callable[[Ref], tuple[str, ...]],
) -> list[SlippedTeam]:
    """Gather the teams, the worst first: those that deliver, then those that wait, then owners.

    `idle` are dependents without work, with the way to them and the days of arrival; `moved` is
    delivered work that ends later with its parts. Cost: linear in what moves.
    """
    gathered: dict[str, _Gathered] = {}
    for item, move in reach.moves.items():
        for team in teams_of(snapshot, item):
            _add(gathered.setdefault(team, _Gathered()), snapshot, item, move)
    rows = [_delivering(snapshot, reach, team, gathered[team], path_of) for team in gathered]
    known = set(gathered)
    wholes = _delivering_wholes(snapshot, moved, path_of)
    for row in (*wholes, *_waiting(snapshot, idle), *_owning(snapshot, goals)):
        if row.key not in known:
            known.add(row.key)
            rows.append(row)
    order = (DELIVERS, WAITS, OWNS)
    return sorted(rows, key=lambda row: (order.index(row.role), -abs(row.days), row.key))


def _add(into: _Gathered, snapshot: Snapshot, item: Ref, move: Move) -> None:
    node = snapshot.node(WorkItem, item.key)
    into.items.append(item)
    into.moves.append(move)
    into.cost += (node.cost_of_delay or 0.0) * move.days if node else 0.0


def _delivering(
    snapshot: Snapshot,
    reach: Reached,
    team: str,
    found: _Gathered,
    path_of: Callable[[Ref], tuple[str, ...]],
) -> SlippedTeam:
    first = min(found.items, key=lambda item: (reach.length(item), item))
    path = _to_deliverer(snapshot, team, first, path_of(first))
    days = max((move.days for move in found.moves), key=abs)
    count = len(found.items)
    whose = f"{count} of its work items {'ends' if count == 1 else 'end'}"
    when = "later" if days > 0 else "earlier"
    return SlippedTeam(
        *(team, _name(snapshot, team), DELIVERS, path),
        _last(move.before.finish for move in found.moves),
        _last(move.after.finish for move in found.moves),
        *(days, count, found.cost, f"{whose} up to {amount(abs(days))} {when}"),
    )


def _delivering_wholes(
    snapshot: Snapshot, moved: Iterable[MovedWhole], path_of: Callable[[Ref], tuple[str, ...]]
) -> list[SlippedTeam]:
    """Give the teams of work whose parts others deliver, each by what moves most of its own."""
    found = []
    for whole in sorted(moved, key=lambda row: (-abs(row.days), row.whole)):
        for team in teams_of(snapshot, whole.whole):
            way = _to(team, path_of(whole.whole))
            why = f"{whole.whole}, which it delivers, ends {amount(abs(whole.days))}"
            why += f" {'later' if whole.days > 0 else 'earlier'} with its parts"
            days = (whole.before, whole.after, whole.days)
            found.append(
                SlippedTeam(team, _name(snapshot, team), DELIVERS, way, *days, 0, 0.0, why)
            )
    return found


def _waiting(
    snapshot: Snapshot,
    idle: Iterable[tuple[Ref, tuple[str, ...], tuple[date | None, date | None]]],
) -> Sequence[SlippedTeam]:
    found = []
    for ref, path, (before, after) in idle:
        for team in teams_of(snapshot, ref):
            way = _to(team, path)
            when = f" on {after} instead of {before}" if after else " later"
            why = f"what it needs arrives{when}; it has no unfinished work that tells more"
            found.append(
                SlippedTeam(
                    team, _name(snapshot, team), WAITS, way, before, after, 0.0, 0, 0.0, why
                )
            )
    return found


def _owning(snapshot: Snapshot, goals: Iterable[SlippedGoal]) -> Sequence[SlippedTeam]:
    rows: dict[str, SlippedTeam] = {}
    for goal in sorted(goals, key=lambda row: (len(row.path), row.kind, row.key)):
        if not goal.moves:
            continue
        for team in teams_of(snapshot, Ref(goal.kind, goal.key)):
            way, owned = _to_owner(snapshot, team, goal)
            why = f"it owns {owned}, which others' work holds up: {goal.why}"
            row = SlippedTeam(
                key=team,
                name=_name(snapshot, team),
                role=OWNS,
                path=way,
                before=goal.finish_before,
                after=goal.finish_after,
                days=goal.days,
                items=0,
                cost_of_delay=0.0,
                why=why,
            )
            rows.setdefault(team, row)
    return list(rows.values())


def _to_deliverer(
    snapshot: Snapshot, team: str, item: Ref, path: tuple[str, ...]
) -> tuple[str, ...]:
    """Lead a way on to a team that delivers an item, or its whole, over that."""
    itself = Ref(Team.KIND, team)
    for at in spread([item], lambda part: wholes(snapshot, part)) if path else ():
        whole = str(at)
        path = path[: path.index(whole) + 1] if whole in path else (*path, whole)
        if any(link.source == itself for link in snapshot.into(at, Delivers)):
            break
    return _to(team, path)


def _to_owner(snapshot: Snapshot, team: str, goal: SlippedGoal) -> tuple[tuple[str, ...], str]:
    """Lead a way on to the owner of a goal, a key result's by its objective; say what it owns."""
    owned, path = f"{goal.kind}/{goal.key}", goal.path
    if goal.kind != KeyResult.KIND:
        return _to(team, path), owned
    links = snapshot.out(Ref(goal.kind, goal.key), Measures)
    above = min(link.target for link in links if team in teams_of(snapshot, link.target))
    return _to(team, (*path, str(above)) if path else ()), f"{owned} of {above}"


def _to(team: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """Lead a way on to a team; where it has been there already, as far as that."""
    itself = str(Ref(Team.KIND, team))
    if itself in path:
        return path[: path.index(itself) + 1]
    return (*path, itself) if path else ()


def _name(snapshot: Snapshot, team: str) -> str | None:
    node = snapshot.node(Team, team)
    return node.name if node else None


def _last(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)
