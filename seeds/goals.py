"""The objectives and key results of a synthetic organisation, on three levels."""

from collections.abc import Iterator

from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from seeds.dice import Dice

COMPANY_GOALS = 5
TEAM_GOALS = 3
KEY_RESULTS_ABOVE_TEAMS = 3
KEY_RESULTS_OF_A_TEAM_GOAL = 1
_CHECK_INS = ("2026-03-31", "2026-06-30", "2026-09-30")
_AIMS = ("Grow", "Simplify", "Speed up", "Secure", "Stabilise", "Open", "Automate", "Renew")
_THINGS = ("adoption", "the journey", "delivery", "the platform", "quality", "support", "cost")
_SHAPES = (
    (55, "increase"), (15, "decrease"), (10, "reach"),
    (8, "stay_above"), (7, "stay_below"), (5, "stay_within"),
)  # fmt: skip


def company_goals(dice: Dice) -> Iterator[Record]:
    """Give the company's objectives."""
    for number in range(1, COMPANY_GOALS + 1):
        yield from _goal(f"goal-{number}", "Company/synthetic", "2026", dice)
        yield from _measured(f"goal-{number}", dice)


def stream_goals(stream: str, number: int, dice: Dice) -> Iterator[Record]:
    """Give the objective of a value stream, which contributes to one of the company's."""
    key = f"{stream}-goal"
    yield from _goal(key, f"ValueStream/{stream}", "2026", dice)
    above = f"Objective/goal-{number % COMPANY_GOALS + 1}"
    yield RelationRecord("CONTRIBUTES_TO", f"Objective/{key}", above)
    yield from _measured(key, dice)


def team_goals(team: str, stream: str, key_results: int, dice: Dice) -> Iterator[Record]:
    """Give the objectives of a team, one for each quarter from the second on."""
    for number in range(1, TEAM_GOALS + 1):
        key = f"{team}-goal-{number}"
        yield from _goal(key, f"Team/{team}", f"2026-q{number + 1}", dice)
        raw: dict[str, Json] = {"weight": dice.between(1, 3)}
        yield RelationRecord("CONTRIBUTES_TO", f"Objective/{key}", f"Objective/{stream}-goal", raw)
        for result in range(1, key_results + 1):
            yield from _key_result(f"{key}-kr-{result}", key, (), dice)


def _goal(key: str, owner: str, cycle: str, dice: Dice) -> Iterator[Record]:
    raw: dict[str, Json] = {"name": f"{dice.pick(_AIMS)} {dice.pick(_THINGS)}"}
    if dice.chance(30):
        raw["type"] = "aspirational"
    yield NodeRecord("Objective", key, raw)
    yield RelationRecord("OWNS", owner, f"Objective/{key}")
    yield RelationRecord("IN_CYCLE", f"Objective/{key}", f"Cycle/{cycle}")


def _measured(goal: str, dice: Dice) -> Iterator[Record]:
    for result in range(1, KEY_RESULTS_ABOVE_TEAMS + 1):
        yield from _key_result(f"{goal}-kr-{result}", goal, _CHECK_INS, dice)


def _key_result(key: str, goal: str, days: tuple[str, ...], dice: Dice) -> Iterator[Record]:
    raw = _shape(dice)
    values = _values(raw, max(1, len(days)), dice)
    confidence = dice.between(3, 10) / 10
    if days or dice.chance(80):  # the rest has no data yet
        raw |= {"current": values[-1], "confidence": confidence}
    yield NodeRecord("KeyResult", key, raw)
    yield RelationRecord("MEASURES", f"KeyResult/{key}", f"Objective/{goal}")
    for number, (day, value) in enumerate(zip(days, values, strict=False), 1):
        check: dict[str, Json] = {"at": day, "value": value, "confidence": confidence}
        yield NodeRecord("CheckIn", f"{key}-check-{number}", check)
        yield RelationRecord("FOR", f"CheckIn/{key}-check-{number}", f"KeyResult/{key}")


def _shape(dice: Dice) -> dict[str, Json]:
    shape = dice.weighed(_SHAPES)
    raw: dict[str, Json] = {"name": f"Key result: {dice.pick(_THINGS)}", "type": shape}
    low, span = dice.between(0, 40), dice.between(20, 60)
    if shape == "increase":
        return raw | {"unit": "points", "start": low, "target": low + span}
    if shape == "decrease":
        return raw | {"unit": "points", "start": low + span, "target": low}
    if shape == "reach":
        return raw | {"start": 0, "target": 1}
    bounds: dict[str, Json] = {"low": low, "high": low + span}
    if shape == "stay_above":
        del bounds["high"]
    if shape == "stay_below":
        del bounds["low"]
    return raw | {"unit": "points"} | bounds


def _values(raw: dict[str, Json], count: int, dice: Dice) -> list[int]:
    """Give values that move from the start towards the target, or about the bounds."""
    if raw["type"] == "reach":
        return [0] * (count - 1) + [dice.upto(2)]
    start, target = raw.get("start", raw.get("low", 0)), raw.get("target", raw.get("high", 100))
    assert isinstance(start, int)
    assert isinstance(target, int)
    reached = dice.between(20, 110)
    return [
        start + (target - start) * reached * step // (100 * count) for step in range(1, count + 1)
    ]
