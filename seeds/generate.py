"""A synthetic organisation of any size, for benchmarks and large tests.

Same size, same seed: same records, in the same order, on every machine. Its year is 2026, as it
stands on 30 September. What it is made of is told in bench/README.md.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from graph.errors import BadUsage
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from seeds.backlog import TODAY, Backlog
from seeds.dice import Dice
from seeds.goals import KEY_RESULTS_OF_A_TEAM_GOAL, company_goals, stream_goals, team_goals

MIN_TEAMS, MAX_TEAMS = 5, 5_000
TEAMS_PER_STREAM = 10
STREAMS_PER_AREA = 10
MAX_TEAMS_ON_ONE_LEVEL = 50
DEPENDENCIES_PER_TEAM = 6
_QUARTERS = ("03-31", "06-30", "09-30", "12-31")
_THEMES = (
    "Payments", "Search", "Onboarding", "Catalogue", "Checkout", "Logistics", "Accounts",
    "Insights", "Messaging", "Identity", "Pricing", "Support",
)  # fmt: skip
_TEAM_TYPES = (
    (70, "stream_aligned"), (15, "platform"), (10, "complicated_subsystem"), (5, "enabling"),
)  # fmt: skip
_NEEDS = ((45, "delivery"), (30, "technical"), (15, "knowledge"), (10, "approval"))
_STATUSES = (
    (15, "identified"), (15, "requested"), (20, "agreed"), (25, "in_progress"), (25, "resolved"),
)  # fmt: skip
_CRITICALITIES = ((35, "low"), (35, "medium"), (22, "high"), (8, "critical"))
_MODES = ((60, "x_as_a_service"), (30, "collaboration"), (10, "facilitating"))


def generate(
    teams: int, seed: int, *, team_key_results: int = KEY_RESULTS_OF_A_TEAM_GOAL
) -> Iterator[Record]:
    """Give the records of an organisation of so many teams. BadUsage when they are too few or many.

    Each objective of a team has `team_key_results`. Cost: linear in the teams, with a few bytes
    kept for each work item.
    """
    if not MIN_TEAMS <= teams <= MAX_TEAMS:
        msg = f"an organisation of {teams} teams cannot be generated"
        raise BadUsage(msg, f"{MIN_TEAMS} to {MAX_TEAMS:,}")
    return _records(teams, team_key_results, Dice(seed))


def _records(teams: int, key_results: int, dice: Dice) -> Iterator[Record]:
    streams = max(1, (teams + TEAMS_PER_STREAM // 2) // TEAMS_PER_STREAM)
    yield NodeRecord(
        "Company", "synthetic", {"name": "Synthetic Organisation", "time_zone": "Etc/UTC"}
    )
    yield from _cycles()
    yield from company_goals(dice)
    yield from _streams(teams, streams)
    for stream in range(streams):
        yield from stream_goals(stream_key(stream), stream, dice)
    for team in range(teams):
        yield from _team(team, stream_key(team * streams // teams), key_results, dice)
    needed = _attached(teams, dice)
    backlog = Backlog(dice)
    for team in range(teams):
        yield from backlog.items(team_key(team))
    for team, others in enumerate(needed):
        for other in others:
            yield _dependency(team_key(team), team_key(other), dice)
        yield from backlog.links(team_key(team), [team_key(other) for other in others])


def team_key(number: int) -> str:
    """Give the key of a team, counted from 0."""
    return f"team-{number + 1:04d}"


def stream_key(number: int) -> str:
    """Give the key of a value stream, counted from 0."""
    return f"stream-{number + 1:03d}"


def _cycles() -> Iterator[Record]:
    year: dict[str, Json] = {
        "name": "2026", "type": "year", "from": "2026-01-01", "to": "2026-12-31",
    }  # fmt: skip
    yield NodeRecord("Cycle", "2026", year)
    begins = date(2026, 1, 1)
    for number, last in enumerate(_QUARTERS, 1):
        ends = date.fromisoformat(f"2026-{last}")
        quarter: dict[str, Json] = {
            "name": f"2026 Q{number}", "type": "quarter",
            "from": begins.isoformat(), "to": ends.isoformat(),
        }  # fmt: skip
        yield NodeRecord("Cycle", f"2026-q{number}", quarter)
        yield RelationRecord("PART_OF", f"Cycle/2026-q{number}", "Cycle/2026")
        begins = ends + timedelta(days=1)


def _streams(teams: int, streams: int) -> Iterator[Record]:
    has_areas = teams > MAX_TEAMS_ON_ONE_LEVEL
    for stream in range(streams):
        above = "Company/synthetic"
        if has_areas:
            area = stream // STREAMS_PER_AREA + 1
            above = f"ValueStream/area-{area:02d}"
            if stream % STREAMS_PER_AREA == 0:
                raw: dict[str, Json] = {"name": f"Area {area}"}
                yield NodeRecord("ValueStream", f"area-{area:02d}", raw)
                yield RelationRecord("PART_OF", above, "Company/synthetic")
        key = stream_key(stream)
        raw = {
            "name": _named(stream),
            "type": "supporting" if stream % 5 == 4 else "customer",
            "target_feature_share": 0.6,
        }
        yield NodeRecord("ValueStream", key, raw)
        yield RelationRecord("PART_OF", f"ValueStream/{key}", above)


def _named(number: int) -> str:
    theme, turn = _THEMES[number % len(_THEMES)], number // len(_THEMES)
    return f"{theme} {turn + 1}" if turn else theme


def _team(number: int, stream: str, key_results: int, dice: Dice) -> Iterator[Record]:
    key = team_key(number)
    team: dict[str, Json] = {
        "name": f"Team {number + 1}",
        "type": dice.weighed(_TEAM_TYPES),
        "capacity": dice.between(4, 9),
        "founded": f"{dice.between(2019, 2025)}-{dice.between(1, 12):02d}-01",
    }
    product: dict[str, Json] = {
        "name": f"Product {number + 1}",
        "stage": dice.weighed(((15, "discovery"), (35, "growth"), (40, "mature"), (10, "sunset"))),
    }
    product_key = f"product-{number + 1:04d}"
    yield NodeRecord("Team", key, team)
    yield NodeRecord("Product", product_key, product)
    yield RelationRecord("PART_OF", f"Team/{key}", f"ValueStream/{stream}")
    yield RelationRecord("PART_OF", f"Product/{product_key}", f"ValueStream/{stream}")
    yield RelationRecord("BUILDS", f"Team/{key}", f"Product/{product_key}", {"share": 1})
    yield from team_goals(key, stream, key_results, dice)


def _attached(teams: int, dice: Dice) -> list[list[int]]:
    """Choose what each team depends on: the more need a team already, the likelier it is chosen."""
    ends = list(range(teams))
    wanted = min(DEPENDENCIES_PER_TEAM, teams - 1)
    chosen: list[list[int]] = []
    for team in range(teams):
        others: list[int] = []
        while len(others) < wanted:
            other = dice.pick(ends)
            if other != team and other not in others:
                others.append(other)
        ends.extend(others)
        chosen.append(others)
    return chosen


def _dependency(team: str, other: str, dice: Dice) -> RelationRecord:
    mode = dice.weighed(_MODES)
    needed = TODAY + timedelta(days=dice.between(-30, 90))
    raw: dict[str, Json] = {
        "type": dice.weighed(_NEEDS),
        "status": dice.weighed(_STATUSES),
        "criticality": dice.weighed(_CRITICALITIES),
        "needed_by": needed.isoformat(),
    }
    if raw["status"] in {"agreed", "in_progress", "resolved"}:
        raw["committed_by"] = (needed + timedelta(days=dice.between(-14, 14))).isoformat()
    raw["mode"] = mode
    if mode == "collaboration" and dice.chance(70):
        raw["until"] = (needed + timedelta(days=30)).isoformat()
    return RelationRecord("DEPENDS_ON", f"Team/{team}", f"Team/{other}", raw)
