"""The simulation against two slow ones: the table of the definitions, and critical-path itself."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.scheduling.critical_path import critical_path
from graph.analyses.scheduling.criticality import passes_of
from graph.analyses.scheduling.pathsum import path_sum
from graph.analyses.scheduling.sampling import Streams
from graph.analyses.scheduling.schedule import UNIT, ScheduleNetwork, network_of, units
from graph.analyses.scheduling.simulation import Outcome, Part, simulate
from graph.analyses.scheduling.uncertainty import (
    PERT,
    UncertainNetwork,
    uncertain,
)
from graph.analyses.scheduling.workdays import planned_days
from graph.model.entities import Entity, WorkItem
from graph.model.relations import DependsOn, PartOf, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Estimate, Ref, StateChange
from graph.model.vocabulary import DateConstraint, FlowState, LinkType
from tests.notation import graph_of

MONDAY = date(2026, 1, 5)
ITERATIONS = 6

Link = tuple[int, int, str, float]
"""Predecessor, successor, kind, lag."""


class Table:
    """One iteration by the table of docs/definitions.md §3, until nothing moves.

    `links` are expanded: those of a summary stand here once for each item under it.
    """

    def __init__(self, d: dict[str, int], links: Sequence[tuple[str, str, str, int, int]]) -> None:
        self.d, self.links = d, links
        self.es = dict.fromkeys(d, 0)
        while any(self._forward(*link) for link in links):
            pass
        self.finish = max((self.es[n] + d[n] for n in d), default=0)
        self.ls = {n: self.finish - d[n] for n in d}
        while any(self._backward(*link) for link in links):
            pass
        self.total = {n: self.ls[n] - self.es[n] for n in d}
        self.critical = {n for n in d if self.total[n] <= min(self.total.values())}

    def bound(self, p: str, s: str, kind: str, lag: int) -> int:
        begins = self.es[p] + lag + (self.d[p] if kind[0] == "F" else 0)
        return begins - (self.d[s] if kind[1] == "F" else 0)

    def _forward(self, p: str, s: str, kind: str, lag: int, _: int) -> bool:
        before, self.es[s] = self.es[s], max(self.es[s], self.bound(p, s, kind, lag))
        return self.es[s] > before

    def _backward(self, p: str, s: str, kind: str, lag: int, _: int) -> bool:
        latest = self.ls[s] + (self.d[s] if kind[1] == "F" else 0) - lag
        latest -= self.d[p] if kind[0] == "F" else 0
        before, self.ls[p] = self.ls[p], min(self.ls[p], latest)
        return self.ls[p] < before

    def on_a_critical_path(self) -> set[int]:
        return {
            number
            for p, s, kind, lag, number in self.links
            if {p, s} <= self.critical and self.es[s] == self.bound(p, s, kind, lag)
        }


@st.composite
def networks(draw: st.DrawFn) -> Snapshot:
    """Items with estimates, fixed or without a duration, some of them parts of a summary."""
    count = draw(st.integers(1, 7))
    days = st.integers(0, 12).map(lambda n: n / 4)
    items = []
    for number in range(count):
        low, more, most = draw(days), draw(days), draw(days)
        fixed = draw(st.sampled_from([None, None, None, low]))
        estimate = Estimate(low, low + more, low + more + most) if fixed is None else None
        items.append(WorkItem(key=f"i{number}", duration_days=fixed, estimate_days=estimate))
    relations: list[Relation] = []
    grouped = draw(st.integers(0, count // 2)) if draw(st.booleans()) else 0
    if grouped:
        items.append(WorkItem(key="summary"))
        relations += [
            PartOf(source=Ref("WorkItem", f"i{n}"), target=Ref("WorkItem", "summary"))
            for n in range(grouped)
        ]
    ends = ["summary", *[f"i{n}" for n in range(grouped, count)]] if grouped else []
    ends = ends or [f"i{n}" for n in range(count)]
    for number in range(draw(st.integers(0, 10)) if len(ends) > 1 else 0):
        later = draw(st.integers(1, len(ends) - 1))
        sooner = draw(st.integers(0, later - 1))
        relations.append(
            DependsOn(
                key=f"d{number}",
                source=Ref("WorkItem", ends[later]),
                target=Ref("WorkItem", ends[sooner]),
                link=LinkType[draw(st.sampled_from(["FS", "SS", "FF", "SF"]))],
                lag_days=draw(st.integers(-8, 8)) / 4,
            )
        )
    return Snapshot.build(items, relations)


def planned(
    snapshot: Snapshot, start: date | None = None, status_date: date | None = None
) -> UncertainNetwork:
    days = planned_days(snapshot, start, "continuous", status_date)
    network = network_of(snapshot, snapshot.ordered(WorkItem), days, status_date)
    return uncertain(network, days)


def streams(plan: UncertainNetwork, seed: int = 0) -> Streams:
    keys = [plan.network.items[node].key for node in plan.spreads]
    return Streams(keys, tuple(plan.spreads.values()), PERT, seed)


def durations(plan: UncertainNetwork, outcome: Outcome, iteration: int) -> dict[str, int]:
    found = {plan.network.items[n].key: plan.network.durations[n] for n in plan.network.scheduled}
    for node, row in outcome.kept.rows.items():
        found[plan.network.items[node].key] = int(outcome.kept.lengths[row, iteration])
    return found


def expanded(snapshot: Snapshot, plan: UncertainNetwork) -> list[tuple[str, str, str, int, int]]:
    under = {item.key: [item.key] for item in plan.network.items}
    for part in snapshot.relations(PartOf).values():
        under["summary"] = [*under["summary"], part.source.key]
    under["summary"] = [key for key in under.get("summary", ()) if key != "summary"]
    return [
        (p, s, link.link.value, units(link.lag_days), number)
        for number, link in enumerate(plan.links)
        for p, s in product(under[link.target.key], under[link.source.key])
    ]


@settings(max_examples=150, deadline=None)
@given(networks())
def test_every_iteration_is_the_table_of_the_definitions_over_its_durations(
    snapshot: Snapshot,
) -> None:
    plan = planned(snapshot)
    scheduled = plan.network.scheduled
    everyone = [(node, 1.0) for node in scheduled]
    some = everyone[::2]
    found = simulate(plan, streams(plan), ITERATIONS, [everyone, some], part_size=4)
    tables = [Table(durations(plan, found, n), expanded(snapshot, plan)) for n in range(ITERATIONS)]
    assert found.finishes.tolist() == [table.finish for table in tables]
    keys = {node: plan.network.items[node].key for node in scheduled}
    for node, key in keys.items():
        assert found.counting.critical[node] == sum(key in table.critical for table in tables)
    for number in range(len(plan.links)):
        expected = sum(number in table.on_a_critical_path() for table in tables)
        assert found.counting.links[number] == expected
    mine = {keys[node] for node, _ in some}
    assert found.counting.groups[1] == sum(bool(mine & table.critical) for table in tables)
    held = [
        (
            sum(table.d[key] for key in table.critical & mine),
            sum(table.d[key] for key in table.critical) or 1,
        )
        for table in tables
    ]
    assert found.counting.shares[1] == pytest.approx(sum(part / whole for part, whole in held))


@st.composite
def dated(draw: st.DrawFn) -> Snapshot:
    """Networks whose items have constraints, have begun, are done, or several of these."""
    snapshot = draw(networks())
    nodes: list[Entity] = []
    day = st.integers(-3, 9).map(lambda n: MONDAY + timedelta(n))
    for item in snapshot.ordered(WorkItem):
        told = item
        if draw(st.booleans()):
            asked = draw(st.sampled_from(list(DateConstraint)))
            told = replace(told, constraint=asked, constraint_date=draw(day))
        match draw(st.integers(0, 7)):
            case 0 | 1 | 2:
                told = replace(told, actual_start=draw(day))
            case 3:
                begun = draw(day)
                done = begun + timedelta(draw(st.integers(0, 4)))
                told = replace(told, actual_start=begun, actual_finish=done)
            case 4:
                told = replace(told, states=(StateChange(FlowState.DONE, draw(day)),))
            case _:
                pass
        nodes.append(told)
    links = [*snapshot.relations(DependsOn).values(), *snapshot.relations(PartOf).values()]
    return Snapshot.build(nodes, links)


def with_durations(snapshot: Snapshot, days: Mapping[str, float]) -> Snapshot:
    """Fix durations."""
    items = [
        replace(item, duration_days=days.get(item.key, item.duration_days))
        for item in snapshot.ordered(WorkItem)
    ]
    links = [*snapshot.relations(DependsOn).values(), *snapshot.relations(PartOf).values()]
    return Snapshot.build(items, links)


def on_critical_paths(network: ScheduleNetwork) -> set[str]:
    """Give the links between items that no room is left in, by what each end may be at."""
    passes, found = passes_of(network), set[str]()
    at = {network.items[node].key: node for node in network.scheduled}
    for link in network.columns.links:
        if link is None or not {link.source.key, link.target.key} <= at.keys():
            continue
        tail, head = at[link.target.key], at[link.source.key]
        freed = passes.early[tail] + (network.durations[tail] if link.link[0] == "F" else 0)
        held = passes.early[head] + (network.durations[head] if link.link[1] == "F" else 0)
        if passes.critical[tail] and passes.critical[head]:
            found |= {link.key} if freed + units(link.lag_days) == held else set()
    return found


@settings(max_examples=250, deadline=None)
@given(dated(), st.integers(-2, 6).map(lambda n: MONDAY + timedelta(n)) | st.none())
def test_every_iteration_is_the_critical_path_with_its_durations_fixed(
    snapshot: Snapshot, status_date: date | None
) -> None:
    plan = planned(snapshot, MONDAY, status_date)
    found = simulate(plan, streams(plan), ITERATIONS, part_size=4)
    again, keys = streams(plan), {node: plan.network.items[node].key for node in plan.spreads}
    drawn = {key: again.draw(row, ITERATIONS) / UNIT for row, key in enumerate(keys.values())}
    counts, links = Counter[str](), Counter[str]()
    for iteration in range(ITERATIONS):
        days = {key: float(lengths[iteration]) for key, lengths in drawn.items()}
        graph = with_durations(snapshot, days)
        fixed = critical_path(graph, start=MONDAY, status_date=status_date)
        assert found.finishes[iteration] / UNIT == fixed.finish_days
        counts.update(row.key for row in fixed.items if row.critical)
        same = planned(graph, MONDAY, status_date).network
        links.update(on_critical_paths(same))
        for node, row in found.kept.rows.items():
            assert found.kept.lengths[row, iteration] == same.durations[node]
    for node in plan.network.scheduled:
        assert found.counting.critical[node] == counts[plan.network.items[node].key]
    for number, link in enumerate(plan.links):
        if "summary" not in {link.source.key, link.target.key}:
            assert found.counting.links[number] == links[link.key]


@settings(max_examples=100, deadline=None)
@given(dated(), st.integers(-2, 6).map(lambda n: MONDAY + timedelta(n)) | st.none())
def test_every_latest_start_is_that_of_critical_path_over_the_drawn_durations(
    snapshot: Snapshot, status_date: date | None
) -> None:
    plan = planned(snapshot, MONDAY, status_date)
    part = Part(plan, streams(plan), ITERATIONS)
    moments = part.run(0, ITERATIONS, simulate(plan, streams(plan), ITERATIONS).kept)
    again, keys = streams(plan), [plan.network.items[node].key for node in plan.spreads]
    drawn = {key: again.draw(row, ITERATIONS) / UNIT for row, key in enumerate(keys)}
    for iteration in range(ITERATIONS):
        days = {key: float(lengths[iteration]) for key, lengths in drawn.items()}
        network = planned(with_durations(snapshot, days), MONDAY, status_date).network
        passes = passes_of(network)
        for node in network.scheduled:
            assert moments.early[node][iteration] == passes.early[node]
            assert moments.late[node][iteration] == passes.late[node]


@settings(max_examples=40, deadline=None)
@given(dated(), st.integers(1, 40), st.integers(0, 2_000))
def test_neither_the_size_of_the_parts_nor_of_what_is_kept_changes_the_outcome(
    snapshot: Snapshot, part_size: int, kept_bytes: int
) -> None:
    plan = planned(snapshot, MONDAY)
    groups = [[(node, 1 / 3) for node in plan.network.scheduled[1:]]]
    run = partial(simulate, plan, iterations=40, groups=groups)
    whole = run(streams(plan))
    parts = run(streams(plan), part_size=part_size, kept_bytes=kept_bytes)
    assert parts.finishes.tolist() == whole.finishes.tolist()
    for name in ("critical", "links", "groups", "shares"):
        ours, theirs = getattr(parts.counting, name), getattr(whole.counting, name)
        assert ours.tolist() == theirs.tolist()
    kept = parts.kept.iterations
    assert kept <= 40
    assert (parts.kept.lengths == whole.kept.lengths[:, :kept]).all()
    assert (parts.kept.freed == whole.kept.freed[:, :kept]).all()


def test_a_dependency_frees_at_the_moment_that_its_needed_end_comes() -> None:
    plan = planned(
        graph_of("WorkItem a 1/2/4\nWorkItem b 1/2/4\nWorkItem c 3\nb needs a\nc needs b SS+1")
    )
    found = simulate(plan, streams(plan), 50)
    first = found.kept.lengths[0]
    rows = found.kept.freed_rows
    assert (found.kept.freed[rows[0, True]] == first).all()
    assert (found.kept.freed[rows[1, False]] == first).all()


def slow_path_sum(snapshot: Snapshot) -> tuple[float, float]:
    """Follow every chain of links that no room is left in, and count how often each item is in it."""
    plan = planned(snapshot)
    d = {plan.network.items[n].key: plan.network.durations[n] for n in plan.network.scheduled}
    links = [
        (link.target.key, link.source.key, link.link.value, units(link.lag_days), number)
        for number, link in enumerate(plan.links)
    ]
    table = Table(d, links)
    variance = {
        item.key: ((item.estimate_days[2] - item.estimate_days[0]) / 6) ** 2
        if item.estimate_days
        else 0.0
        for item in plan.network.items
    }
    most = 0.0
    chains: list[tuple[str, dict[str, int]]] = [(key, {}) for key in d if table.es[key] == 0]
    while chains:
        at, times = chains.pop()
        if table.es[at] + d[at] == table.finish:
            counted = times | {at: times.get(at, 0) + 1}
            most = max(most, math.fsum(variance[key] * n * n for key, n in counted.items()))
        for p, s, kind, lag, _ in links:
            if p == at and table.es[s] == table.bound(p, s, kind, lag):
                counted = times | {at: times.get(at, 0) + (kind[0] == "F")}
                chains.append((s, counted | {s: counted.get(s, 0) - (kind[1] == "F")}))
    return table.finish / UNIT, math.sqrt(most)


@settings(max_examples=150, deadline=None)
@given(networks())
def test_the_path_sum_is_the_largest_over_all_chains_of_the_longest_paths(
    snapshot: Snapshot,
) -> None:
    whole = [item for item in snapshot.ordered(WorkItem) if item.key != "summary"]
    links = [
        link
        for link in snapshot.relations(DependsOn).values()
        if "summary" not in {link.source.key, link.target.key}
    ]
    flat = Snapshot.build(whole, links)
    found = path_sum(planned(flat))
    mean, std = slow_path_sum(flat)
    assert found.mean == mean
    assert found.std_days == pytest.approx(std)
    assert found.p80 == pytest.approx(mean + 0.8416212335729143 * std)
    assert found.p95 == pytest.approx(mean + 1.6448536269514722 * std)


@settings(max_examples=80, deadline=None)
@given(dated(), st.integers(-2, 6).map(lambda n: MONDAY + timedelta(n)) | st.none())
def test_the_path_sum_ends_where_critical_path_does(
    snapshot: Snapshot, status_date: date | None
) -> None:
    plan = planned(snapshot, MONDAY, status_date)
    expected = critical_path(snapshot, start=MONDAY, status_date=status_date)
    assert path_sum(plan).mean == expected.finish_days


def test_a_chain_of_ten_thousand_items_is_run_without_recursion() -> None:
    items = [WorkItem(key=f"i{n:05}", estimate_days=Estimate(1.0, 2.0, 4.0)) for n in range(10_000)]
    links = [
        DependsOn(
            key=f"d{n}", source=Ref("WorkItem", f"i{n + 1:05}"), target=Ref("WorkItem", f"i{n:05}")
        )
        for n in range(9_999)
    ]
    plan = planned(Snapshot.build(items, links))
    found = simulate(plan, streams(plan), 5)
    assert (np.abs(found.finishes - found.kept.lengths.sum(axis=0)) == 0).all()
    assert found.counting.critical.tolist() == [5] * 10_000


def test_a_bound_on_the_finish_moves_the_start_with_the_duration_that_is_drawn() -> None:
    graph = graph_of(
        "WorkItem a 1/4/12 constraint=finish_no_earlier_than constraint_date=2026-01-09"
    )
    for status_date, from_day in ((None, 0), (MONDAY + timedelta(2), 2)):
        plan = planned(graph, MONDAY, status_date)
        found = simulate(plan, streams(plan), 200)
        expected = np.maximum(5 * UNIT, from_day * UNIT + found.kept.lengths[0])
        assert found.finishes.tolist() == expected.tolist()
        assert (expected > 5 * UNIT).any()
        assert (expected == 5 * UNIT).any()


EPIC = """
    WorkItem epic
    WorkItem one 1 actual_start=2026-01-05 actual_finish=2026-01-06
    WorkItem two 1 actual_start=2026-01-05 actual_finish=2026-01-06
    one part_of epic
    two part_of epic
    WorkItem other 1/2/4
"""


def test_a_dependency_on_a_summary_that_is_done_is_on_no_critical_path() -> None:
    plan = planned(graph_of(EPIC + "WorkItem next 5 \n next needs epic"), MONDAY)
    found = simulate(plan, streams(plan), 20)
    assert found.finishes.tolist() == [7 * UNIT] * 20
    assert found.counting.critical[plan.network.scheduled].tolist() == [20, 0, 0, 0]
    assert found.counting.links.tolist() == [0]


def test_a_dependency_of_a_summary_that_is_done_is_on_no_critical_path() -> None:
    plan = planned(graph_of(EPIC + "epic needs other"), MONDAY)
    found = simulate(plan, streams(plan), 20)
    late = found.finishes > 2 * UNIT
    assert late.any()
    assert found.counting.links.tolist() == [0]


def test_the_path_sum_counts_an_item_that_is_entered_at_its_finish_and_left_by_its_start() -> None:
    graph = graph_of("""
        WorkItem a 4/8/12
        WorkItem b 1/2/3
        WorkItem c 5/6/10
        b needs a FF+0
        c needs b SS+1
    """)
    assert path_sum(planned(graph)).std_days == pytest.approx(math.hypot(8 / 6, 2 / 6, 5 / 6))


def test_the_path_sum_of_work_under_way_begins_with_it() -> None:
    graph = graph_of("""
        WorkItem a 1/2/9
        WorkItem b 3/4/8 actual_start=2026-01-05
        b needs a
    """)
    assert path_sum(planned(graph, MONDAY)).std_days == pytest.approx(5 / 6)


def test_what_begun_work_needs_may_finish_when_its_remainder_can_still_begin() -> None:
    """Of b two days have passed: a may end as late as what is left of b, drawn, can still begin."""
    graph = graph_of("""
        WorkItem a 1
        WorkItem b 4/6/10 actual_start=2026-01-05
        b needs a
    """)
    plan = planned(graph, MONDAY, MONDAY + timedelta(2))
    part, kept = Part(plan, streams(plan), 50), simulate(plan, streams(plan), 50).kept
    moments = part.run(0, 50, kept)
    left = kept.lengths[0] - 2 * UNIT
    assert len(set(left.tolist())) > 40
    assert moments.late[0].tolist() == (moments.finish - left - 1 * UNIT).tolist()


def test_a_start_that_has_come_to_pass_holds_nothing_back_in_any_iteration() -> None:
    graph = graph_of("""
        WorkItem a 1/2/3
        WorkItem b 4/6/10 actual_start=2026-01-05
        b needs a SS+0
    """)
    plan = planned(graph, MONDAY)
    found = simulate(plan, streams(plan), 50)
    assert found.counting.critical.tolist() == [0, 50]
    assert found.counting.links.tolist() == [0]


def test_work_under_way_whose_finish_waits_for_a_date_has_no_variance_in_the_path_sum() -> None:
    graph = graph_of("""
        WorkItem a 1/2/3 actual_start=2026-01-05 constraint=finish_no_earlier_than constraint_date=2026-01-09
        WorkItem b 3/4/8
        b needs a
    """)
    found = path_sum(planned(graph, MONDAY))
    assert found.mean == 5 + 4.5
    assert found.std_days == pytest.approx(5 / 6)


def test_what_waits_for_a_date_at_its_end_asks_for_no_more_than_its_drawn_remainder() -> None:
    graph = graph_of("""
        WorkItem a 1
        WorkItem b 1/2/7 actual_start=2026-01-05 constraint=finish_no_earlier_than constraint_date=2026-01-09
        b needs a
    """)
    plan = planned(graph, MONDAY)
    drawn = streams(plan).draw(0, 200)
    assert (drawn < 5 * UNIT).any()
    assert (drawn > 5 * UNIT).any()
    part, kept = Part(plan, streams(plan), 200), simulate(plan, streams(plan), 200).kept
    moments = part.run(0, 200, kept)
    assert kept.lengths[0].tolist() == np.maximum(drawn, 5.0 * UNIT).tolist()
    assert moments.late[0].tolist() == (moments.finish - drawn - 1 * UNIT).tolist()
