"""A schedule drawn: as bars on days in SVG and Mermaid, as a network in Graphviz."""

from collections.abc import Iterator, Sequence
from datetime import date
from heapq import nsmallest
from itertools import islice
from typing import Final

from api.painting.subject import Subject
from api.pictures.axis import dated_marks, round_marks
from api.pictures.chart import Bar, Chart, Link, Mark
from api.pictures.dot import dot
from api.pictures.drawing import Drawing
from api.pictures.gantt import gantt_svg
from api.pictures.ganttmermaid import gantt_mermaid
from api.pictures.picture import Arrows, Edge, Node, Picture, Tone
from graph.analyses.scheduling.critical_path import CriticalPath
from graph.analyses.scheduling.schedule import is_completed
from graph.analyses.scheduling.scheduleditems import ScheduledItem
from graph.analyses.scheduling.workdays import WEEKDAYS, Workdays, workdays
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import LinkType

MOST_ITEMS: Final = 60
"""Bars of a chart: more are no chart that a person reads."""
MOST_LINKS: Final = 300
_TIGHT: Final = 1e-9


def drawing_of_schedule(subject: Subject[CriticalPath]) -> Drawing:
    """Draw a schedule. Beyond `MOST_ITEMS` those with the least float are drawn, and the note says so."""
    chart = chart_of(subject)
    return Drawing(
        lambda: gantt_svg(chart),
        lambda: gantt_mermaid(chart),
        lambda: dot(network_of_chart(chart)),
        chart.note,
    )


def chart_of(subject: Subject[CriticalPath]) -> Chart:
    """Give the bars of a schedule, by their early start, with the links between them."""
    found, snapshot = subject.result, subject.snapshot
    chosen = _chosen(found.items)
    days = (
        workdays(snapshot, found.start, weekdays=found.calendar == WEEKDAYS)
        if found.start
        else None
    )
    bars = tuple(_bar(snapshot, item, days) for item in chosen)
    links = tuple(islice(_links(snapshot, chosen), MOST_LINKS + 1))
    first = min((bar.begin for bar in bars), default=0.0)
    last = max([found.finish_days, *(max(bar.end, bar.late_end) for bar in bars)])
    first = min(first, 0.0)
    return Chart(
        title=_title(subject),
        description=_description(found),
        bars=bars,
        links=links[:MOST_LINKS],
        marks=_marks(found, days, first, last),
        first_day=first,
        last_day=max(last, first + 1),
        today=_today(subject, days),
        note=_note(len(found.items) - len(bars), len(bars), len(links) > MOST_LINKS),
    )


def _chosen(items: Sequence[ScheduledItem]) -> list[ScheduledItem]:
    # Not sorted as a whole: with many items that would let no other thread run meanwhile.
    least = nsmallest(
        MOST_ITEMS, items, lambda item: (not item.critical, item.total_float, item.es, item.key)
    )
    return sorted(least, key=lambda item: (item.es, item.ef, item.key))


def _bar(snapshot: Snapshot, item: ScheduledItem, days: Workdays | None) -> Bar:
    node = snapshot.node(WorkItem, item.key)
    done = days is not None and node is not None and is_completed(node)
    return Bar(
        id=f"n{item.key}",
        key=item.key,
        title=item.name or item.key,
        begin=item.es,
        end=item.ef,
        late_end=item.lf,
        critical=item.critical,
        done=done,
        first=item.start,
        last=item.finish,
        facts=tuple(_facts(item)),
    )


def _facts(item: ScheduledItem) -> Iterator[str]:
    yield f"day {item.es:g} to {item.ef:g}, at the latest {item.ls:g} to {item.lf:g}"
    if item.start and item.finish:
        yield f"{item.start} to {item.finish}"
    yield f"total float {item.total_float:g}, free float {item.free_float:g}"
    if item.driver is not None:
        yield f"held by {item.driver}"


def _links(snapshot: Snapshot, items: Sequence[ScheduledItem]) -> Iterator[Link]:
    """Give the live links between items that are drawn, by target and then by source."""
    drawn = {item.key: item for item in items}
    for item in items:
        for link in snapshot.out(Ref(WorkItem.KIND, item.key), DependsOn):
            source = drawn.get(link.target.key)
            if source is None or link.target.kind != WorkItem.KIND or not link.is_live:
                continue
            if source is not item:
                yield _link(source, item, link)


def _link(source: ScheduledItem, target: ScheduledItem, link: DependsOn) -> Link:
    from_finish = link.link in {LinkType.FS, LinkType.FF}
    to_finish = link.link in {LinkType.FF, LinkType.SF}
    lag = f"{link.lag_days:+g}" if link.lag_days else ""
    tied = "" if link.link is LinkType.FS else link.link.value
    room = (target.ef if to_finish else target.es) - (source.ef if from_finish else source.es)
    tight = abs(room - link.lag_days) <= _TIGHT * max(1.0, abs(room))
    return Link(
        source=f"n{source.key}",
        target=f"n{target.key}",
        from_finish=from_finish,
        to_finish=to_finish,
        binding=tight and source.critical and target.critical,
        title=f"{target.key} needs {source.key}, {link.link.value}{lag}",
        label=tied + lag,
    )


def _marks(
    found: CriticalPath, days: Workdays | None, first: float, last: float
) -> tuple[Mark, ...]:
    if days is None:
        return round_marks(first, last)
    begins, ends = days.first_day(first), days.last_day(last)
    if begins is None or ends is None:
        return round_marks(first, last)
    return dated_marks(begins, ends, lambda day: float(days.number(day)))


def _today(subject: Subject[CriticalPath], days: Workdays | None) -> Mark | None:
    day = subject.values.get("status_date")
    if days is None or not isinstance(day, date):
        return None
    return Mark(float(days.number(day)), f"status date {day}")


def _title(subject: Subject[CriticalPath]) -> str:
    scope = subject.values.get("scope")
    return f"Schedule of {scope}" if scope else "Schedule of all work"


def _description(found: CriticalPath) -> str:
    when = f", from {found.start} to {found.finish}" if found.start and found.finish else ""
    kind = "working days" if found.calendar == WEEKDAYS else "days"
    critical = sum(item.critical for item in found.items)
    paths = "1 critical path" if found.path_count == 1 else f"{found.path_count:,} critical paths"
    return (
        f"{len(found.items):,} items take {found.finish_days:,g} {kind}{when};"
        f" critical: {critical:,}, on {paths}."
    )


def _note(left_out: int, drawn: int, more_links: bool) -> str:
    parts = []
    if left_out:
        parts.append(
            f"{left_out:,} of {left_out + drawn:,} items are not drawn: those with the most float"
        )
    if more_links:
        parts.append(f"{MOST_LINKS:,} links are drawn, and there are more")
    return "; ".join(parts)


def network_of_chart(chart: Chart) -> Picture:
    """Give the bars as boxes, joined by arrows from what is needed to what needs it."""
    numbers = {bar.id: f"n{at}" for at, bar in enumerate(chart.bars)}
    nodes = tuple(_box(bar, numbers[bar.id]) for bar in chart.bars)
    edges = tuple(
        Edge(
            numbers[link.source], numbers[link.target], link.label, link.title, strong=link.binding
        )
        for link in chart.links
    )
    return Picture(
        title=chart.title,
        description=chart.description,
        nodes=nodes,
        edges=edges,
        note=chart.note,
        arrows=Arrows.RIGHT,
    )


def _box(bar: Bar, name: str) -> Node:
    when = f"{bar.first} to {bar.last}" if bar.first and bar.last else ""
    days = f"day {bar.begin:g} to {bar.end:g}"
    room = "done" if bar.done else "critical" if bar.critical else f"float {bar.float_days:g}"
    return Node(
        id=name,
        kind="milestone" if bar.is_milestone else "work item",
        key=bar.key,
        title=bar.title,
        lines=tuple(filter(None, (days, when))),
        words=room,
        tone=Tone.UNKNOWN if bar.done else Tone.CRITICAL if bar.critical else Tone.WORK,
    )
