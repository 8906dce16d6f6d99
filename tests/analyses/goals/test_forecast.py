from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.goals.forecast import Forecast, KeyResultForecast, forecast
from graph.analyses.goals.outlook import Outlook
from graph.analyses.scheduling.critical_path import critical_path
from graph.errors import BadUsage, NotFound
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn, PartOf, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import FlowState, LinkType
from tests.notation import graph_of

MONDAY = date(2026, 1, 5)
GRAPH = """
    Cycle q 2026-01-01..2026-01-16
    Objective o
    KeyResult k 0%
    KeyResult j 50%
    CheckIn c1 2026-01-01 0
    CheckIn c2 2026-01-06 22
    CheckIn c3 2026-01-11 38
    c1 for k
    c2 for k
    c3 for k
    k measures o
    j measures o x3
    o in_cycle q
    WorkItem first 5
    WorkItem second 4
    WorkItem third 3
    WorkItem over 2 state=done
    WorkItem void 9 state=cancelled
    second needs first
    third needs second
    second contributes_to k x3
    third contributes_to k
    void contributes_to k
    over contributes_to o
"""


def rows(found: Forecast) -> dict[str, KeyResultForecast]:
    return {row.key: row for row in found.key_results}


def test_check_ins_and_work_are_told_side_by_side() -> None:
    found = forecast(graph_of(GRAPH), root="Objective/o", today=MONDAY)
    k, j = rows(found)["k"], rows(found)["j"]
    # Five days a week: first to Friday the 9th, second to Thursday the 15th, third to the 20th.
    assert k.work is not None
    assert (k.work.items, k.work.done, k.work.unscheduled) == (2, 0, 0)
    assert (k.work.finish, k.work.late_days) == (date(2026, 1, 20), 4)
    assert (k.work.in_time, k.work.late) == (0.75, ("third",))
    assert k.value == pytest.approx(20 + 3.8 * 10)
    assert k.forecast == pytest.approx(0.58)
    assert k.forecast_low is not None
    assert k.forecast_low < 0.58
    assert (j.forecast, j.work, j.share) == (None, None, 0.75)
    assert (found.forecast, found.forecast_coverage) == (k.forecast, 0.25)
    assert (found.forecast_low, found.forecast_high) == (k.forecast_low, k.forecast_high)
    assert found.work is not None
    assert (found.work.items, found.work.done, found.work.in_time) == (3, 1, 0.8)
    assert (found.ends, found.today, found.progress) == (date(2026, 1, 16), MONDAY, 0.47)


def test_work_without_a_duration_leaves_the_finish_open_and_is_counted() -> None:
    text = GRAPH.replace("WorkItem third 3", "WorkItem third")
    k = rows(forecast(graph_of(text), root="KeyResult/k", today=MONDAY))["k"]
    assert k.work is not None
    assert (k.work.unscheduled, k.work.finish, k.work.late_days) == (1, None, None)
    assert (k.work.in_time, k.work.late) == (0.75, ("third",))


def test_work_that_is_all_done_is_in_time() -> None:
    text = """
        Cycle q 2026-01-01..2026-01-16
        Objective o
        o in_cycle q
        WorkItem whole
        WorkItem part 2 state=done
        WorkItem other 2 state=cancelled
        part part_of whole
        other part_of whole
        whole contributes_to o
    """
    found = forecast(graph_of(text), root="Objective/o", today=date(2026, 3, 1)).work
    assert found is not None
    assert (found.items, found.done, found.in_time, found.late_days) == (1, 1, 1.0, 0)
    assert (found.finish, found.late) == (None, ())


def test_a_whole_is_finished_when_its_last_part_is() -> None:
    text = """
        Cycle q 2026-01-01..2026-01-16
        Objective o
        o in_cycle q
        WorkItem whole
        WorkItem a 2
        WorkItem b 3
        b needs a
        a part_of whole
        b part_of whole
        whole contributes_to o
    """
    found = forecast(graph_of(text), root="Objective/o", today=MONDAY).work
    assert found is not None
    assert (found.finish, found.in_time) == (date(2026, 1, 9), 1.0)


def test_without_a_dated_cycle_there_is_a_finish_but_nothing_to_compare_it_with() -> None:
    text = GRAPH.replace("Cycle q 2026-01-01..2026-01-16", "Cycle q")
    found = forecast(graph_of(text), root="Objective/o", today=MONDAY)
    assert (found.ends, found.forecast) == (None, None)
    assert found.work is not None
    assert (found.work.finish, found.work.in_time) == (date(2026, 1, 20), None)
    assert (found.work.late_days, found.work.late) == (None, ())


def test_an_owners_objectives_are_forecast_together() -> None:
    graph = graph_of(GRAPH + "\nTeam t\nt owns o")
    assert forecast(graph, root="Team/t", today=MONDAY).progress == 0.47
    with pytest.raises(BadUsage):
        forecast(graph, root="WorkItem/first", today=MONDAY)
    with pytest.raises(NotFound):
        forecast(graph, root="Objective/none", today=MONDAY)


LINKS = st.sampled_from(LinkType)


@st.composite
def projects(draw: st.DrawFn) -> Snapshot:
    count = draw(st.integers(1, 8))
    refs = [Ref("WorkItem", f"w{n}") for n in range(count)]
    items = [
        WorkItem(
            key=ref.key,
            duration_days=draw(st.one_of(st.none(), st.integers(0, 6).map(float))),
            state=draw(st.sampled_from([None, None, FlowState.DONE, FlowState.CANCELLED])),
        )
        for ref in refs
    ]
    links: list[Relation] = []
    for n in range(1, count):
        if draw(st.booleans()):
            links.append(PartOf(source=refs[n], target=refs[draw(st.integers(0, n - 1))]))
        for m in draw(st.sets(st.integers(0, n - 1), max_size=2)):
            lag = draw(st.integers(-2, 3).map(float))
            pair = (refs[n], refs[m]) if draw(st.booleans()) else (refs[m], refs[n])
            made = DependsOn(
                key=f"{n}-{m}", source=pair[0], target=pair[1], link=draw(LINKS), lag_days=lag
            )
            links.append(made)
    return Snapshot.build(items, links)


@given(projects(), st.integers(0, 7))
@settings(max_examples=300, deadline=None)
def test_scheduling_what_one_item_waits_for_finds_the_day_that_scheduling_everything_does(
    snapshot: Snapshot, chosen: int
) -> None:
    items = snapshot.ordered(WorkItem)
    item = items[chosen % len(items)]
    whole = critical_path(snapshot, start=MONDAY, calendar="weekdays", status_date=MONDAY)
    if any(found.code == "loop" for found in whole.violations):
        return  # which link is left out depends on what else is scheduled
    days = {row.key: row.finish for row in whole.items}
    outlook = Outlook(snapshot, [item.ref], MONDAY)
    if item.duration_days is None or item.state is not None:
        assert set(outlook.finish_days) <= {found.key for found in items}
    else:
        assert outlook.finish_days[item.key] == days[item.key]


def test_the_heaviest_contributions_of_work_are_weighed_against_each_other() -> None:
    found = forecast(
        graph_of("""
            Cycle q 2026-01-01..2026-01-16
            Objective o
            o in_cycle q
            WorkItem soon 1
            WorkItem late 90
            WorkItem later 91
            soon contributes_to o weight=1.7e308
            late contributes_to o weight=1.7e308
            later contributes_to o weight=1.7e308
        """),
        root="Objective/o",
        today=MONDAY,
    )
    assert found.work is not None
    assert found.work.in_time == pytest.approx(1 / 3)
