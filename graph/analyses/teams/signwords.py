"""What the signs of a bottleneck say, in words: reasons, warnings and notes."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from graph.analyses.teams.scheduleshares import MOST_SIMULATED
from graph.analyses.teams.signs import Signs
from graph.analyses.teams.teamwork import WINDOW_DAYS

EPICS_WARNED = 50
"""From so many epics under way at once on, a team is warned of."""
PROPOSED_WARNED = 6.0
"""From so many items proposed for each one completed on, a team is warned of."""
_NAMED = 3

_MISSING: Mapping[str, str] = {
    "schedule_share": "no value, no critical work has a duration",
    "criticality_share": "no value, no work that may be critical has a duration",
    "cost_of_delay_held": "no value, no unfinished work has a cost of delay",
    "wip_per_member": "no value, no team has a capacity",
    "wip_age_p85_days": "no value, no work under way has a history",
    "proposed_per_completed": f"no value, nothing was proposed or completed in {WINDOW_DAYS} days",
    "utilisation": "no value, no team's work has history enough, nor is there a plan on capacities",
    "expected_wait": "no value, no team's work has history enough, or all are saturated",
}
_NEED_TODAY = frozenset({"wip_age_p85_days", "proposed_per_completed"})


def reason(name: str, key: str, found: Signs) -> str:
    """Say what a component tells of a team that has a value above 0 in it."""
    return _REASONS[name](key, found)


def warnings(key: str, found: Signs) -> tuple[str, ...]:
    """Give what a planner has to see to, whatever the rank."""
    return tuple(_warnings(key, found))


def _warnings(key: str, found: Signs) -> Iterable[str]:
    if (epics := found.epics.get(key, 0)) >= EPICS_WARNED:
        yield f"{epics} epics are under way at once; {EPICS_WARNED} are a sign of overload"
    if found.components["proposed_per_completed"].get(key, 0) >= PROPOSED_WARNED:
        yield (
            f"{_intake(key, found)};"
            f" {PROPOSED_WARNED:g} proposed for each completed are a sign of overload"
        )
    if (plan := found.utilisation.plans.without_capacity.get(key)) is not None:
        yield f"the plan of {plan.cycle} asks for work of it, and it has no capacity there"
    day, held = found.roll.teams[key].dissolved, found.roll.held[key]
    if day is not None and not held.is_nothing:
        yield (
            f"dissolved on {day}, still holds {_holding(key, found)}"
            if found.roll.day is None or found.roll.ended(key)
            else f"ends on {day}, holds {_holding(key, found)}"
        )


def _holding(key: str, found: Signs) -> str:
    held = found.roll.held[key]
    parts = (
        (held.owed, _count(held.owed, "open dependency", "open dependencies") + " on it"),
        (held.asked, _count(held.asked, "open dependency", "open dependencies") + " of its own"),
        (held.items, _count(held.items, "unfinished item", "unfinished items")),
    )
    return ", ".join(words for count, words in parts if count)


def notes(found: Signs) -> tuple[str, ...]:
    """Say what was assumed, left out or estimated, and which components have no value at all."""
    return tuple(_notes(found))


def _notes(found: Signs) -> Iterable[str]:
    keys, needs, roll = found.roll.teams, found.needs, found.roll
    if needs.fan_in.unweighted:
        yield (
            f"{needs.fan_in.unweighted} open dependencies name no criticality and count 1 in fan_in"
        )
    if needs.sample is not None:
        yield f"betweenness is estimated from {needs.sample} of {len(keys)} teams"
    if found.schedule.iterations:
        yield (
            f"criticality_share is estimated from {found.schedule.iterations:,} simulations of the"
            " schedule"
        )
    if roll.left_out:
        yield _count(
            roll.left_out,
            "dissolved team, which holds nothing any more, is left out",
            "dissolved teams, which hold nothing any more, are left out",
        )
    if found.utilisation.plans.unestimated:
        yield (
            f"{found.utilisation.plans.unestimated} planned items have neither duration nor"
            " estimate and count nothing in utilisation"
        )
    warned = [key for key in keys if warnings(key, found)]
    if warned:
        yield f"warnings for {_count(len(warned), 'team', 'teams')}: {_listed(warned, len(warned))}"
    if keys:
        yield from _valueless(found)


def _valueless(found: Signs) -> Iterable[str]:
    """Say why a component has no value for any team."""
    undated = found.roll.day is None
    for name, values in found.components.items():
        if not values and not (undated and name in _NEED_TODAY):
            yield f"{name}: {_missing(name, found)}"
    if undated:
        yield f"{', '.join(sorted(_NEED_TODAY))}: no value without today"


def _missing(name: str, found: Signs) -> str:
    size = found.schedule.too_large
    if name != "criticality_share" or size is None:
        return _MISSING[name]
    return f"no value, {size:,} items or links of work are more than {MOST_SIMULATED:,} to simulate"


def _count(number: float, one: str, more: str) -> str:
    return f"1 {one}" if number == 1 else f"{number:g} {more}"


def _listed(keys: Sequence[str], count: int) -> str:
    named = ", ".join(keys[:_NAMED])
    return named + (f" and {count - _NAMED} more" if count > _NAMED else "")


def _fan_in(key: str, found: Signs) -> str:
    needs = found.needs.fan_in
    count, declared = needs.counts[key], needs.declared_counts[key]
    origin = "declared" if declared == count else f"{declared} declared, {count - declared} derived"
    if not declared:
        origin = "derived"
    waiting = _count(count, "open dependency waits", "open dependencies wait")
    return f"{waiting} on it ({origin}; by criticality {needs.weights[key]:g})"


def _cut_off(key: str, found: Signs) -> str:
    cut = found.needs.cut[key]
    return f"without it {_listed(cut.teams, cut.count)} would be cut off"


def _utilisation(key: str, found: Signs) -> str:
    share = found.components["utilisation"][key]
    plan = found.utilisation.planned.get(key)
    if plan is None:
        return f"work arrives at {share:.0%} of the rate it can finish"
    return f"the plan of {plan.cycle} asks for {share:.0%} of its capacity"


def _intake(key: str, found: Signs) -> str:
    proposed, completed = found.intake[key]
    items = _count(proposed, "item was proposed", "items were proposed")
    return f"{items} and {completed or 'none'} completed in {WINDOW_DAYS} days"


def _valued(name: str, words: Callable[[float], str]) -> Callable[[str, Signs], str]:
    return lambda key, found: words(found.components[name][key])


_REASONS: Mapping[str, Callable[[str, Signs], str]] = {
    "fan_in": _fan_in,
    "dependents": _valued(
        "dependents",
        lambda value: _count(value, "team needs", "teams need") + " it, directly or through others",
    ),
    "betweenness": _valued(
        "betweenness",
        lambda value: f"{_percent(value)} of the ways between others lead through it",
    ),
    "single_point_of_failure": _cut_off,
    "schedule_share": _valued(
        "schedule_share", lambda value: f"it delivers {_percent(value)} of the critical path"
    ),
    "criticality_share": _valued(
        "criticality_share",
        lambda value: f"it delivers {_percent(value)} of what may turn out critical",
    ),
    "cost_of_delay_held": _valued(
        "cost_of_delay_held", lambda value: f"work that costs {value:g} a day waits on it"
    ),
    "wip_per_member": _valued(
        "wip_per_member", lambda value: f"it has {value:.1f} items under way per member"
    ),
    "wip_age_p85_days": _valued(
        "wip_age_p85_days", lambda value: f"the age of its work under way is {value:.0f} days (p85)"
    ),
    "proposed_per_completed": _intake,
    "utilisation": _utilisation,
    "expected_wait": _valued("expected_wait", lambda value: f"work waits {value:.1f} days for it"),
}


def _percent(share: float) -> str:
    """Write a share without calling what there is of it nothing, or less than all of it all."""
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 <= share < 1 else f"{share:.0%}"
