"""A slip tells what a write of the same change would: dates, shares and forecasts, told anew."""

from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.dependencies.impact_of_slip import impact_of_slip
from graph.analyses.dependencies.slipresult import ImpactOfSlip
from graph.analyses.goals.forecast import KeyResultForecast, forecast
from graph.analyses.scheduling.critical_path import critical_path
from graph.commands.nodes import UpdateNode
from graph.commands.relations import UpdateRelation
from graph.model.entities import (
    CheckIn,
    Company,
    Cycle,
    Entity,
    KeyResult,
    Objective,
    Team,
    WorkItem,
)
from graph.model.relations import (
    ContributesTo,
    Delivers,
    DependsOn,
    For,
    InCycle,
    Measures,
    Owns,
    PartOf,
    Relation,
    RelationRef,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.model.vocabulary import KeyResultType, LinkType

TODAY = date(2026, 2, 2)
DAYS = st.integers(1, 30)
WEIGHT = st.sampled_from([None, 0.5, 1.0, 3.0])


@st.composite
def organisations(draw: st.DrawFn) -> Snapshot:
    """A company with three levels of objectives, and work of two teams that is linked at random."""
    count = draw(st.integers(2, 8))
    nodes: list[Entity] = [
        Company(key="c", holidays=(date(2026, 2, 16), date(2026, 2, 17))),
        Cycle(key="q", from_=date(2026, 1, 1), to=date(2026, 2, 27)),
        *(Objective(key=key) for key in ("top", "mid", "low")),
        *(
            KeyResult(key=f"k{n}", type=KeyResultType.INCREASE, start=0, target=50)
            for n in range(4)
        ),
        *(Team(key=f"t{n}") for n in range(2)),
    ]
    links: list[Relation] = [
        Owns(source=Ref("Company", "c"), target=Ref("Objective", "top")),
        *(
            InCycle(source=Ref("Objective", o), target=Ref("Cycle", "q"))
            for o in ("top", "mid", "low")
        ),
        _contributes("Objective/mid", "Objective/top", draw(WEIGHT)),
        _contributes("Objective/low", "Objective/mid", draw(WEIGHT)),
        _contributes("Objective/low", "Objective/top", draw(WEIGHT)),
    ]
    for n, objective in enumerate(("top", "mid", "low", "low")):
        at = Ref("KeyResult", f"k{n}")
        links.append(Measures(source=at, target=Ref("Objective", objective), weight=draw(WEIGHT)))
        values = draw(st.lists(st.integers(0, 60), max_size=3))
        for turn, value in enumerate(values):
            check = CheckIn(key=f"k{n}-{turn}", at=date(2026, 1, 5 + 7 * turn), value=float(value))
            nodes.append(check)
            links.append(For(source=check.ref, target=at))
    for n in range(count):
        begun = draw(st.booleans()) and n < 2
        item = WorkItem(
            key=f"w{n}",
            duration_days=float(draw(st.integers(0, 12))),
            actual_start=date(2026, 1, 28) if begun else None,
            cost_of_delay=draw(st.sampled_from([None, 10.0])),
        )
        nodes.append(item)
        team = Ref("Team", f"t{draw(st.integers(0, 1))}")
        links.append(Delivers(source=team, target=item.ref))
        results = draw(st.sets(st.integers(0, 3), max_size=2))
        links += [
            _contributes(str(item.ref), f"KeyResult/k{n}", draw(WEIGHT)) for n in sorted(results)
        ]
    for needed, dependent in draw(
        st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=10)
    ):
        if needed < dependent:
            links.append(
                DependsOn(
                    key=f"w{dependent}->w{needed}",
                    source=Ref("WorkItem", f"w{dependent}"),
                    target=Ref("WorkItem", f"w{needed}"),
                    link=draw(st.sampled_from(list(LinkType))),
                    lag_days=float(draw(st.integers(-2, 4))),
                )
            )
    return Snapshot.build(nodes, links)


def _contributes(source: str, target: str, weight: float | None) -> ContributesTo:
    return ContributesTo(source=Ref.parse(source), target=Ref.parse(target), weight=weight)


def finishes(snapshot: Snapshot) -> dict[str, float]:
    """The ends by `critical-path`, in working days."""
    found = critical_path(snapshot, start=TODAY, calendar="weekdays", status_date=TODAY)
    return {item.key: item.ef for item in found.items}


def expected(row: KeyResultForecast, later: KeyResultForecast) -> tuple[float | None, float | None]:
    """The declared rule, written down a second time. In these graphs no work is done."""
    first = None if row.work is None else row.work.in_time
    last = None if later.work is None else later.work.in_time
    if row.forecast is not None and row.progress is not None:
        if first and last is not None and row.forecast > row.progress:
            gained = (row.forecast - row.progress) * last / first
            return row.forecast, min(1.0, row.progress + gained)
        return row.forecast, row.forecast
    if first is None or last is None:
        return None, None
    now = row.progress or 0.0
    return now + (1 - now) * first, now + (1 - now) * last


def same(one: float | None, other: float | None) -> bool:
    """Whether two forecasts are the same, or both unknown."""
    return one == other or (one is not None and other is not None and abs(one - other) < 1e-9)


def agrees(found: ImpactOfSlip, snapshot: Snapshot, changed: Snapshot) -> None:
    """The answer tells exactly the differences between the two graphs."""
    before, after = finishes(snapshot), finishes(changed)
    moved = {key: after[key] - before[key] for key in before if after[key] != before[key]}
    assert {row.key: row.days for row in found.items} == moved
    rows = {row.key: row for row in found.key_results}
    whole, later = (forecast(at, root="Objective/top", today=TODAY) for at in (snapshot, changed))
    pairs = zip(whole.key_results, later.key_results, strict=True)
    leaves = {row.key: (row.share, *expected(row, then), row, then) for row, then in pairs}
    for key, (_, first, last, row, then) in leaves.items():
        if key in rows:
            assert same(rows[key].before, first)
            assert same(rows[key].after, last)
            assert row.work is not None
            assert then.work is not None
            assert (rows[key].finish_before, rows[key].finish_after) == (
                row.work.finish,
                then.work.finish,
            )
        else:
            assert same(first, last)
            assert row.work == then.work
    top = next((row for row in found.objectives if row.key == "top"), None)
    assert (top is not None) == bool(rows)
    known = [
        (share, a, b) for share, a, b, _, _ in leaves.values() if a is not None and b is not None
    ]
    total = sum(share for share, _, _ in known)
    if top is not None and total:
        assert abs((top.before or 0) - sum(s * a for s, a, _ in known) / total) < 1e-9
        assert abs((top.after or 0) - sum(s * b for s, _, b in known) / total) < 1e-9
        assert found.company_objectives == (top,)


@given(organisations(), DAYS, st.booleans(), st.data())
@settings(max_examples=150, deadline=None)
def test_a_dependency_that_slips_is_the_same_dependency_with_a_longer_lag(
    snapshot: Snapshot, days: int, earlier: bool, data: st.DataObject
) -> None:
    links = sorted(snapshot.relations(DependsOn))
    if not links:
        return
    key = data.draw(st.sampled_from(links))
    by = -days if earlier else days
    lag = snapshot.relations(DependsOn)[key].lag_days + by
    command = UpdateRelation(RelationRef("DEPENDS_ON", key), {"lag_days": lag})
    changed = snapshot.apply(command.plan(snapshot).changes)
    agrees(impact_of_slip(snapshot, root=key, days=by, today=TODAY), snapshot, changed)


def _last_day(snapshot: Snapshot, duration: float) -> date | None:
    """Give the last day of work that begins today and lasts so long."""
    nodes = [*snapshot.nodes(Company).values(), WorkItem(key="x", duration_days=duration)]
    found = critical_path(Snapshot.build(nodes, []), start=TODAY, calendar="weekdays")
    return found.items[0].finish


@given(organisations(), DAYS, st.data())
@settings(max_examples=150, deadline=None)
def test_work_that_slips_is_the_same_work_with_a_later_start_or_a_longer_duration(
    snapshot: Snapshot, days: int, data: st.DataObject
) -> None:
    items = sorted(snapshot.nodes(WorkItem))
    key = data.draw(st.sampled_from(items))
    item = snapshot.nodes(WorkItem)[key]
    found = critical_path(snapshot, start=TODAY, calendar="weekdays", status_date=TODAY)
    row = next(row for row in found.items if row.key == key)
    if item.actual_start:
        patch: dict[str, Json] = {"duration_days": row.ef - row.es + days}
    else:
        # A milestone at the end of a day stays at the end of one.
        closes = not row.duration_days and row.finish != _last_day(snapshot, row.es + 1)
        patch = {
            "constraint": "finish_no_earlier_than" if closes else "start_no_earlier_than",
            "constraint_date": str(_last_day(snapshot, row.es + days + (not closes))),
        }
    changed = snapshot.apply(UpdateNode(Ref("WorkItem", key), patch).plan(snapshot).changes)
    agrees(impact_of_slip(snapshot, root=key, days=days, today=TODAY), snapshot, changed)


@given(organisations(), DAYS, st.data())
@settings(max_examples=100, deadline=None)
def test_a_path_leads_along_relationships_and_nothing_slips_by_more_than_was_asked(
    snapshot: Snapshot, days: int, data: st.DataObject
) -> None:
    nodes = [f"Team/t{n}" for n in range(2)] + [f"Objective/{o}" for o in ("top", "mid", "low")]
    root = data.draw(st.sampled_from(nodes))
    found = impact_of_slip(snapshot, root=root, days=days, today=TODAY)
    assert all(0 < row.days <= days for row in found.items)
    joined = {
        frozenset((str(link.source), str(link.target)))
        for cls in (DependsOn, ContributesTo, Measures, Delivers, PartOf)
        for link in snapshot.relations(cls).values()
    }
    ways = [(row.key, row.path) for row in found.items]
    ways += [(row.key, row.path) for row in (*found.key_results, *found.objectives)]
    ways += [(row.key, row.path) for row in found.teams]
    for key, path in ways:
        assert path[0] == root
        assert path[-1].endswith(f"/{key}")
        for number, step in enumerate(pairwise(path)):
            # An objective's work may contribute to it through others: its first step skips them.
            assert frozenset(step) in joined or (number == 0 and root.startswith("Objective"))
    assert sum(row.items for row in found.teams if row.role == "delivers") == found.item_count
