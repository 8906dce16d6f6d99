import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.analyses.scheduling.critical_path import CriticalPath, critical_path
from graph.analyses.scheduling.schedule import UNIT, network_of
from graph.analyses.scheduling.scheduleditems import ScheduledItem
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import LinkType
from tests.notation import graph_of

DATA = Path(__file__).parent.parent.parent / "data"
MONDAY = date(2026, 1, 5)

Link = tuple[int, int, str, Fraction]
"""Predecessor, successor, kind, lag."""


def rows(result: CriticalPath) -> dict[str, ScheduledItem]:
    return {item.key: item for item in result.items}


def work(key: int, duration: Fraction | None) -> WorkItem:
    return WorkItem(
        key=str(key), duration_days=None if duration is None else float(duration), name=None
    )


def network(links: list[Link]) -> list[DependsOn]:
    return [
        DependsOn(
            key=f"d{number}",
            source=Ref("WorkItem", str(successor)),
            target=Ref("WorkItem", str(predecessor)),
            link=LinkType[kind],
            lag_days=float(lag),
        )
        for number, (predecessor, successor, kind, lag) in enumerate(links)
    ]


class Oracle:
    """The table of docs/definitions.md §3, iterated until nothing moves, in exact fractions."""

    def __init__(self, durations: dict[int, Fraction], links: list[Link]) -> None:
        self.d, self.links = durations, links
        self.es = dict.fromkeys(durations, Fraction(0))
        moved = True
        while moved:
            moved = sum(self._forward(link) for link in links) > 0
        self.ef = {n: self.es[n] + d for n, d in durations.items()}
        self.finish = max(self.ef.values(), default=Fraction(0))
        self.lf = dict.fromkeys(durations, self.finish)
        moved = True
        while moved:
            moved = sum(self._backward(link) for link in links) > 0
        self.ls = {n: self.lf[n] - d for n, d in durations.items()}
        self.total = {n: min(self.ls[n] - self.es[n], self.lf[n] - self.ef[n]) for n in durations}
        self.free = {
            n: min([self._term(x) for x in links if x[0] == n], default=self.total[n])
            for n in durations
        }

    def _forward(self, link: Link) -> bool:
        p, s, kind, lag = link
        es, ef = self.es[p], self.es[p] + self.d[p]
        bound = {
            "FS": ef + lag,
            "SS": es + lag,
            "FF": ef + lag - self.d[s],
            "SF": es + lag - self.d[s],
        }[kind]
        moved = bound > self.es[s]
        self.es[s] = max(self.es[s], bound)
        return moved

    def _backward(self, link: Link) -> bool:
        p, s, kind, lag = link
        lf, ls = self.lf[s], self.lf[s] - self.d[s]
        bound = {
            "FS": ls - lag,
            "SS": ls - lag + self.d[p],
            "FF": lf - lag,
            "SF": lf - lag + self.d[p],
        }[kind]
        moved = bound < self.lf[p]
        self.lf[p] = min(self.lf[p], bound)
        return moved

    def _term(self, link: Link) -> Fraction:
        p, s, kind, lag = link
        return {
            "FS": self.es[s] - self.ef[p] - lag,
            "SS": self.es[s] - self.es[p] - lag,
            "FF": self.ef[s] - self.ef[p] - lag,
            "SF": self.ef[s] - self.es[p] - lag,
        }[kind]

    def paths(self) -> set[tuple[str, ...]]:
        critical = {n for n in self.d if self.total[n] == min(self.total.values())}
        tight = {
            (x[0], x[1])
            for x in self.links
            if x[0] in critical and x[1] in critical and self._term(x) == 0
        }

        def extend(path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
            ahead = [s for p, s in tight if p == path[-1]]
            if not ahead:
                yield path
            for s in ahead:
                yield from extend((*path, s))

        begins = critical - {s for _, s in tight}
        return {tuple(map(str, path)) for n in begins for path in extend((n,))}


QUARTERS = st.integers(0, 20).map(lambda n: Fraction(n, 4))
LAGS = st.integers(-12, 12).map(lambda n: Fraction(n, 4))


@st.composite
def networks(draw: st.DrawFn, size: int = 7) -> tuple[dict[int, Fraction], list[Link]]:
    count = draw(st.integers(0, size))
    durations = {n: draw(QUARTERS) for n in range(count)}
    if count < 2:
        return durations, []
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(
        lambda pair: pair[0] < pair[1]
    )
    link = st.tuples(ends, st.sampled_from(["FS", "SS", "FF", "SF"]), LAGS)
    links = [(p, s, kind, lag) for (p, s), kind, lag in draw(st.lists(link, max_size=12))]
    return durations, links


def floats(*times: Fraction) -> tuple[float, ...]:
    return tuple(map(float, times))


def agree(found: CriticalPath, oracle: Oracle) -> None:
    assert found.finish_days == oracle.finish
    got = {int(i.key): (i.es, i.ef, i.ls, i.lf, i.total_float, i.free_float) for i in found.items}
    assert got == {
        n: floats(
            oracle.es[n], oracle.ef[n], oracle.ls[n], oracle.lf[n], oracle.total[n], oracle.free[n]
        )
        for n in oracle.d
    }
    least = min(oracle.total.values(), default=0)
    assert {int(i.key) for i in found.items if i.critical} == {
        n for n, total in oracle.total.items() if total == least
    }
    assert set(found.paths) == oracle.paths()


@given(networks())
@settings(max_examples=300, deadline=None)
def test_any_network_of_all_four_links_gets_the_dates_of_the_table(
    drawn: tuple[dict[int, Fraction], list[Link]],
) -> None:
    durations, links = drawn
    nodes = [work(n, d) for n, d in durations.items()]
    found = critical_path(Snapshot.build(nodes, network(links)))
    agree(found, Oracle(durations, links))
    assert found.violations == ()
    assert found.path_count == len(found.paths)


@given(networks(size=6), st.data())
@settings(max_examples=300, deadline=None)
def test_a_link_on_a_summary_is_the_same_link_on_every_item_under_it(
    drawn: tuple[dict[int, Fraction], list[Link]], data: st.DataObject
) -> None:
    """Items below 10 are scheduled; 10, 11 and 12 are summaries over some of them."""
    durations, links = drawn
    assume(len(durations) > 2)
    cut = sorted(data.draw(st.sets(st.integers(1, len(durations) - 1), min_size=1, max_size=2)))
    groups = {10: list(range(cut[0])), 11: list(range(cut[0], len(durations)))}
    parts = [(n, group) for group, members in groups.items() for n in members]
    if len(cut) == 2:
        groups[12] = list(range(cut[0], cut[1]))
        parts = [(n, 12 if n in groups[12] else group) for n, group in parts] + [(12, 11)]
    before = st.sampled_from([0, *([10] * 3)])
    after = st.sampled_from([11, *([12] if 12 in groups else []), len(durations) - 1])
    kinds = st.sampled_from(["FS", "SS", "FF", "SF"])
    extra = data.draw(st.lists(st.tuples(before, after, kinds, LAGS), min_size=1, max_size=3))
    nodes = [work(n, d) for n, d in durations.items()] + [work(n, None) for n in groups]
    belongs = [
        PartOf(source=Ref("WorkItem", str(n)), target=Ref("WorkItem", str(group)))
        for n, group in parts
    ]
    spelled = [
        (p, s, kind, lag)
        for x, y, kind, lag in extra
        for p in groups.get(x, [x])
        for s in groups.get(y, [y])
    ]
    found = critical_path(Snapshot.build(nodes, [*network(links + extra), *belongs]))
    agree(found, Oracle(durations, links + spelled))


def test_the_published_cost_information_system_project_is_reproduced() -> None:
    project = json.loads((DATA / "vanhoucke2014_project_1.json").read_text())
    links = [(r["pred"], r["succ"], r["type"], Fraction(r["lag"])) for r in project["relations"]]
    nodes = [work(a["id"], Fraction(a["duration"])) for a in project["activities"]]
    found = critical_path(Snapshot.build(nodes, network(links)))
    assert found.finish_days == project["published"]["duration"]
    short = {"early_start": "es", "early_finish": "ef", "late_start": "ls", "late_finish": "lf"}
    got = rows(found)
    for value in project["published"]["values"]:
        assert getattr(got[str(value["id"])], short[value["field"]]) == value["value"]
    assert found.paths == (("1", "2", "4", "11", "16"),)


def test_an_empty_graph_finishes_at_once() -> None:
    found = critical_path(Snapshot.empty())
    assert (found.finish_days, found.items, found.paths, found.path_count) == (0, (), (), 0)


@pytest.mark.parametrize(
    ("link", "es"), [("FS+1", 4), ("SS+1", 1), ("FF+4", 5), ("SF+3", 1), ("FS-2", 1), ("SS-5", 0)]
)
def test_each_link_holds_the_end_it_names_and_nothing_starts_before_day_0(
    link: str, es: float
) -> None:
    found = critical_path(graph_of(f"WorkItem a 3 \n WorkItem b 2 \n b needs a {link}"))
    assert rows(found)["b"].es == es


def test_an_item_tied_by_its_start_alone_still_finishes_within_the_project() -> None:
    found = rows(critical_path(graph_of("WorkItem a 5 \n WorkItem b 1 \n b needs a SS")))
    assert (found["a"].lf, found["b"].lf, found["b"].total_float) == (5, 5, 4)


def test_the_driver_is_the_predecessor_that_holds_the_start() -> None:
    found = rows(
        critical_path(
            graph_of("""
                WorkItem a 3
                WorkItem b 5
                WorkItem c 1
                c needs a FS+1
                c needs b
            """)
        )
    )
    assert (found["c"].driver, found["a"].driver, found["a"].free_float) == ("b", None, 1)


def test_parallel_links_between_the_same_items_are_all_kept() -> None:
    found = rows(
        critical_path(graph_of("WorkItem a 3\nWorkItem b 9\nb needs a SS+1\nb needs a FF+7"))
    )
    assert (found["b"].es, found["b"].ef, found["a"].free_float) == (1, 10, 0)


def test_links_that_were_rejected_or_cancelled_do_not_bind() -> None:
    found = critical_path(
        graph_of("""
            WorkItem a 3
            WorkItem b 2
            b needs a status=rejected
            b needs a status=cancelled
        """)
    )
    assert (rows(found)["b"].es, found.links_left_out) == (0, 0)


def test_floats_are_exact_where_sums_of_decimals_are_not() -> None:
    text = "\n".join(f"WorkItem w{n} 0.1" for n in range(10))
    text += "\n" + "\n".join(f"w{n + 1} needs w{n}" for n in range(9)) + "\nWorkItem z 1"
    found = critical_path(graph_of(text))
    assert found.finish_days == 1.0
    assert rows(found)["z"].total_float == 0
    assert all(item.critical for item in found.items)


def test_an_estimate_counts_with_its_pert_mean() -> None:
    found = rows(critical_path(graph_of("WorkItem a 2/4/9 \n WorkItem b 1/1/9 duration_days=7")))
    assert found["a"].duration_days == 4.5
    assert found["b"].duration_days == 7


def test_an_item_without_duration_takes_no_time_and_is_reported() -> None:
    found = critical_path(graph_of("WorkItem a 3\nWorkItem b\nb needs a"))
    assert (rows(found)["b"].es, rows(found)["b"].ef) == (3, 3)
    assert [(v.code, v.key) for v in found.violations] == [("missing_duration", "b")]


def test_a_loop_is_reported_with_its_path_and_the_rest_is_scheduled() -> None:
    found = critical_path(
        graph_of("""
            WorkItem a 1
            WorkItem b 1
            WorkItem c 1
            WorkItem d 1
            b needs a
            c needs b
            a needs c
            d needs c
            d needs d
        """)
    )
    loops = [v.path for v in found.violations if v.code == "loop"]
    assert sorted(loops) == [("a", "b", "c", "a"), ("d", "d")]
    assert found.finish_days == 4


def test_a_summary_that_needs_its_own_part_is_a_loop() -> None:
    found = critical_path(
        graph_of("""
            WorkItem s
            WorkItem a 1
            a part_of s
            s needs a
        """)
    )
    assert [v.path for v in found.violations] == [("a", "s", "a")]


def test_parts_that_hold_each_other_are_scheduled_as_items() -> None:
    found = critical_path(graph_of("WorkItem a\nWorkItem b\na part_of b\nb part_of a"))
    assert [item.key for item in found.items] == ["a", "b"]


def test_a_chain_of_ten_thousand_items_and_its_reverse_links_are_no_burden() -> None:
    count = 10_000
    durations = dict.fromkeys(range(count), Fraction(1))
    nodes = [WorkItem(key=f"{n:05}", duration_days=1.0) for n in durations]
    ends = [(Ref("WorkItem", f"{n:05}"), Ref("WorkItem", f"{n + 1:05}")) for n in range(count - 1)]
    links = [DependsOn(source=b, target=a, key=f"d{n}") for n, (a, b) in enumerate(ends)]
    found = critical_path(Snapshot.build(nodes, links))
    assert found.finish_days == count
    assert [len(path) for path in found.paths] == [count]
    looped = critical_path(
        Snapshot.build(nodes, [*links, DependsOn(source=ends[0][0], target=ends[-1][1], key="x")])
    )
    assert [len(v.path) for v in looped.violations] == [count + 1]


def ladder(steps: int) -> Snapshot:
    lines = []
    for n in range(steps):
        lines += [f"WorkItem j{n:02} 1", f"WorkItem x{n:02} 1", f"WorkItem y{n:02} 1"]
        lines += [f"x{n:02} needs j{n:02}", f"y{n:02} needs j{n:02}"]
        if n + 1 < steps:
            lines += [f"j{n + 1:02} needs x{n:02}", f"j{n + 1:02} needs y{n:02}"]
    return graph_of("\n".join(lines))


def test_tied_critical_paths_are_all_counted_and_listed_up_to_the_cap() -> None:
    found = critical_path(ladder(6))
    assert (len(found.paths), found.path_count, found.paths_truncated) == (64, 64, False)
    found = critical_path(ladder(40))
    assert (len(found.paths), found.path_count, found.paths_truncated) == (100, 2**40, True)
    assert len(set(found.paths)) == 100


def test_what_summaries_and_their_parts_both_tie_is_one_path() -> None:
    lines = []
    for n in range(60):
        lines += [f"WorkItem e{n:02}", f"WorkItem a{n:02} 1", f"a{n:02} part_of e{n:02}"]
        if n:
            lines += [f"e{n:02} needs e{n - 1:02}", f"a{n:02} needs a{n - 1:02}"]
    found = critical_path(graph_of("\n".join(lines)))
    assert found.paths == (tuple(f"a{n:02}" for n in range(60)),)
    assert (found.path_count, found.paths_truncated) == (1, False)


def test_summaries_ten_thousand_deep_are_no_burden() -> None:
    count = 10_000
    nodes = [WorkItem(key=f"{n:05}") for n in range(count)]
    nodes += [WorkItem(key="a", duration_days=1.0), WorkItem(key="b", duration_days=1.0)]
    up = [(f"{n:05}", f"{n + 1:05}") for n in range(count - 1)] + [("a", "00000")]
    links = [PartOf(source=Ref("WorkItem", x), target=Ref("WorkItem", y)) for x, y in up]
    needs = DependsOn(
        key="d", source=Ref("WorkItem", "b"), target=Ref("WorkItem", f"{count - 1:05}")
    )
    found = critical_path(Snapshot.build(nodes, [*links, needs]))
    assert found.paths == (("a", "b"),)


def test_near_critical_lists_what_has_little_float() -> None:
    graph = graph_of("WorkItem a 9\nWorkItem b 8\nWorkItem c 7\nWorkItem d 2")
    assert critical_path(graph, near_days=2).near_critical == ("a", "b", "c")
    assert critical_path(graph).near_critical == ()


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    found = critical_path(graph_of("WorkItem a 3\nWorkItem b 2"), start=MONDAY, near_days=1)
    told = orjson.loads(orjson.dumps(found))
    assert told["finish_days"] == 3.0
    assert told["paths"] == [["a"]]
    assert told["near_critical"] == ["a", "b"]
    assert told["violations"] == []
    assert told["items"][0] == {
        "key": "a",
        "name": None,
        "duration_days": 3.0,
        "es": 0.0,
        "ef": 3.0,
        "ls": 0.0,
        "lf": 3.0,
        "total_float": 0.0,
        "free_float": 0.0,
        "critical": True,
        "held_by": "start",
        "driver": None,
        "driver_link": None,
        "driver_lag_days": None,
        "start": "2026-01-05",
        "finish": "2026-01-07",
    }


def test_durations_beyond_what_any_calendar_holds_are_still_exact() -> None:
    found = critical_path(graph_of("WorkItem a 900000000000\nWorkItem b 0.5\nb needs a FS+1"))
    assert (found.finish_days, rows(found)["b"].es) == (900000000001.5, 900000000001.0)
    assert rows(found)["b"].total_float == 0


def test_the_arcs_of_a_network_are_given_by_node() -> None:
    graph = graph_of(
        "WorkItem a 3\nWorkItem b 2\nWorkItem c 1\nb needs a FF+1\nc needs a SS\nc needs b"
    )
    network = network_of(graph, graph.ordered(WorkItem))
    assert network.arcs == [[(1, 2 * UNIT), (2, 0)], [(2, 2 * UNIT)], []]
