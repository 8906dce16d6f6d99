"""Random projects, scheduled by MPXJ's scheduler for Microsoft Project and by us.

What differs by convention is said in docs/schedule.md. MPXJ lets work start before the project
does; a milestone on day 0 to whose start every start is tied (`anchored`) forbids it that.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import pytest

from graph.analyses.scheduling.critical_path import CriticalPath, critical_path
from graph.model.entities import Company, WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DateConstraint, LinkType, Weekday

ROOT = Path(__file__).parents[3]
MONDAY = date(2026, 1, 5)
DAY = timedelta(days=1)
CALENDARS = {"all days": tuple(range(7)), "working days": tuple(range(5))}

Link = tuple[int, int, str, float]
"""Predecessor, successor, kind, lag."""
Told = list[dict[str, Any]]


@dataclass(frozen=True)
class Task:
    duration: float
    constraint: DateConstraint | None = None
    day: date | None = None
    started: date | None = None
    finished: date | None = None

    @property
    def begun(self) -> bool:
        return self.started is not None and self.finished is None


@dataclass(frozen=True)
class Project:
    tasks: tuple[Task, ...]
    links: tuple[Link, ...]
    worked: tuple[int, ...]
    holidays: tuple[date, ...] = ()
    status: date | None = None

    @cached_property
    def ours(self) -> CriticalPath:
        week = tuple(Weekday)
        company = Company(
            key="acme",
            working_days=tuple(week[day] for day in self.worked),
            holidays=self.holidays,
        )
        items = [
            WorkItem(
                key=f"{number:02}",
                duration_days=task.duration,
                constraint=task.constraint,
                constraint_date=task.day,
                actual_start=task.started,
                actual_finish=task.finished,
            )
            for number, task in enumerate(self.tasks)
        ]
        links = [
            DependsOn(
                key=f"d{number}",
                source=Ref("WorkItem", f"{after:02}"),
                target=Ref("WorkItem", f"{before:02}"),
                link=LinkType[kind],
                lag_days=lag,
            )
            for number, (before, after, kind, lag) in enumerate(self.links)
        ]
        return critical_path(
            Snapshot.build([company, *items], links),
            start=MONDAY,
            calendar="weekdays",
            status_date=self.status,
        )

    def is_worked(self, day: date) -> bool:
        return day.weekday() in self.worked and day not in self.holidays

    def number(self, instant: str) -> float:
        """Count the days worked from the start to an instant, one by one."""
        at = datetime.fromisoformat(instant)
        begin, end = sorted([MONDAY, at.date()])
        days = sum(self.is_worked(begin + DAY * n) for n in range((end - begin).days))
        within = (at - datetime.combine(at.date(), datetime.min.time())) / DAY
        return (days if end == at.date() else -days) + within * self.is_worked(at.date())

    def told(self, *, anchored: bool) -> dict[str, Any]:
        """Give it as MPXJ's process takes it; a status date holds what has not begun."""
        tasks = [self._told(task) for task in self.tasks]
        links: list[Sequence[Any]] = list(self.links)
        if anchored:
            wait = self.number(f"{self.status}T00:00") if self.status else 0
            links += [
                (len(tasks), n, "SS", wait) for n, t in enumerate(self.tasks) if not t.started
            ]
            tasks.append({"duration": 0})
        return {
            "start": f"{MONDAY}T00:00",
            "worked": self.worked,
            "holidays": [str(day) for day in self.holidays],
            "tasks": tasks,
            "links": links,
        }

    def _told(self, task: Task) -> dict[str, Any]:
        told: dict[str, Any] = {"duration": task.duration}
        if task.constraint and task.day:
            at = task.day if "start" in task.constraint else task.day + DAY
            told |= {"constraint": task.constraint.value, "constraint_date": f"{at}T00:00"}
        if task.started:
            told["started"] = f"{task.started}T00:00"
        if task.finished:
            told["finished"] = f"{task.finished + DAY}T00:00"
        if task.begun and self.status:
            since = self.number(f"{self.status}T00:00") - self.number(f"{task.started}T00:00")
            told["elapsed"] = max(0, since)
            told["duration"] = max(task.duration, since)
        return told


def mpxj(projects: Sequence[Project], *, anchored: bool = True) -> list[Told]:
    """Schedule projects in a process of their own; give the dates of each one's tasks."""
    lines = "\n".join(json.dumps(project.told(anchored=anchored)) for project in projects)
    done = subprocess.run(
        [sys.executable, "-m", "tests.analyses.scheduling.mpxj_oracle"],
        cwd=ROOT,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Told] = [json.loads(line) for line in done.stdout.splitlines()]
    return [told[: len(project.tasks)] for project, told in zip(projects, answers, strict=True)]


FIELDS = ("es", "ef", "ls", "lf", "total_float", "free_float")


@dataclass
class Differences:
    """What differs, as (project, task, field, ours, MPXJ's). `compared` counts values."""

    found: list[tuple[int, int, str, object, object]] = field(default_factory=list)
    compared: int = 0

    def take(
        self,
        number: int,
        project: Project,
        told: Told,
        counts: Callable[[int, str], bool] = lambda _, __: True,
    ) -> None:
        critical = {item.critical for item in project.ours.items if item.total_float <= 0}
        for task, (item, theirs) in enumerate(zip(project.ours.items, told, strict=True)):
            for name in (name for name in FIELDS if counts(task, name)):
                is_float = name.endswith("float")
                other = theirs[name] if is_float else project.number(theirs[name])
                self._compare((number, task, name, getattr(item, name), other))
            if counts(task, "critical") and critical == {True}:
                self._compare((number, task, "critical", item.critical, theirs["critical"]))

    def _compare(self, pair: tuple[int, int, str, Any, Any]) -> None:
        self.compared += 1
        if abs(pair[3] - pair[4]) > 1e-9:
            self.found.append(pair)


def drawn(random: Random, worked: tuple[int, ...]) -> Project:
    count = random.randint(2, 15)
    tasks = [Task(random.choice([0, 0.5, 1, 1, 2, 2.25, 3, 5, 8])) for _ in range(count)]
    links = []
    for _ in range(random.randint(1, 2 * count)):
        before, after = sorted(random.sample(range(count), 2))
        kind = random.choice(["FS", "FS", "FS", "SS", "FF", "SF"])
        links.append((before, after, kind, random.choice([0, 0, 0, 1, 2.5, 0.25, -1, -0.75, -3])))
    off = {MONDAY + DAY * random.randint(0, 40) for _ in range(random.randint(0, 5))}
    holidays = tuple(sorted(off)) if len(worked) < 7 else ()
    return Project(tuple(tasks), tuple(links), worked, holidays)


def constrained(
    random: Random, project: Project, kinds: Sequence[DateConstraint] = tuple(DateConstraint)
) -> Project:
    def bound(task: Task) -> Task:
        day = MONDAY + DAY * random.randint(0, 25)
        if random.random() < 0.7 or not project.is_worked(day):
            return task
        return replace(task, constraint=random.choice(kinds), day=day)

    return replace(project, tasks=tuple(map(bound, project.tasks)))


def progressed(random: Random, project: Project) -> Project:
    """Let tasks have begun or be done. Begun ones keep those constraints that say something yet."""

    def fact(task: Task) -> Task:
        part, start = random.random(), MONDAY + DAY * random.randint(-2, 10)
        if part > 0.35 or not task.duration:
            return task
        task = Task(task.duration, started=start)
        if part < 0.17:
            return replace(task, finished=start + DAY * random.randint(0, 8))
        day = MONDAY + DAY * random.randint(3, 20)
        return replace(task, constraint=DateConstraint.FINISH_NO_EARLIER_THAN, day=day)

    return replace(project, tasks=tuple(map(fact, project.tasks)))


def projects(
    seed: int, count: int, worked: tuple[int, ...], *changes: Callable[[Random, Project], Project]
) -> Iterator[Project]:
    random = Random(seed)
    for _ in range(count):
        project = drawn(random, worked)
        for change in changes:
            project = change(random, project)
        yield project


@pytest.fixture(params=CALENDARS)
def worked(request: pytest.FixtureRequest) -> tuple[int, ...]:
    return CALENDARS[request.param]


def test_all_links_with_lags_and_leads_give_the_dates_and_floats_of_mpxj(
    worked: tuple[int, ...],
) -> None:
    some = list(projects(1, 300, worked))
    differences = Differences()
    for number, (project, told) in enumerate(zip(some, mpxj(some), strict=True)):
        differences.take(number, project, told)
    assert differences.found == []
    assert differences.compared > 300 * 7 * 7


def test_mpxj_left_alone_differs_only_where_it_starts_work_before_the_project(
    worked: tuple[int, ...],
) -> None:
    some = list(projects(2, 300, worked))
    differences, before = Differences(), 0
    for number, (project, told) in enumerate(zip(some, mpxj(some, anchored=False), strict=True)):
        if min(project.number(task["es"]) for task in told) < 0:
            before += 1
        else:
            differences.take(number, project, told)
    assert differences.found == []
    assert 0 < before < 150


def test_date_constraints_that_can_be_kept_give_the_dates_and_floats_of_mpxj(
    worked: tuple[int, ...],
) -> None:
    some = [p for p in projects(3, 400, worked, constrained) if not p.ours.violations]
    assert len(some) > 250
    differences = Differences()
    for number, (project, told) in enumerate(zip(some, mpxj(some), strict=True)):
        differences.take(number, project, told)
    assert differences.found == []


ONE_SIDED = tuple(kind for kind in DateConstraint if "no_" in kind)


def test_a_constraint_that_cannot_be_kept_gives_its_predecessors_mpxjs_negative_float(
    worked: tuple[int, ...],
) -> None:
    """MPXJ keeps the date and breaks the links, we keep the links: what follows differs.

    A long task keeps the finish where it is, so that all latest dates can be compared.
    """
    some = [
        replace(found, tasks=(*found.tasks, Task(200)))
        for found in projects(4, 400, worked, lambda r, p: constrained(r, p, ONE_SIDED))
    ]
    some = [project for project in some if project.ours.violations]
    differences, negative = Differences(), 0
    for number, (project, told) in enumerate(zip(some, mpxj(some), strict=True)):
        moved = {int(violation.key) for violation in project.ours.violations}
        for before, after, _, _ in sorted(project.links):  # successors have higher numbers
            moved |= {after} & ({after} if before in moved else set())
        eased = moved | {before for before, after, _, _ in project.links if after in moved}

        def counts(task: int, name: str, moved: set[int] = moved, eased: set[int] = eased) -> bool:
            if name in {"ls", "lf"}:
                return True
            return name != "critical" and task not in (eased if name == "free_float" else moved)

        differences.take(number, project, told, counts)
        negative += sum(
            item.total_float < 0 for n, item in enumerate(project.ours.items) if n not in moved
        )
    assert differences.found == []
    assert negative > 100


def quirks(project: Project) -> bool:
    """Say whether MPXJ would hold back what can no longer slip, or hang on what has happened."""
    needed = {before for before, _, _, _ in project.links}
    for before, after, kind, _ in project.links:
        first, second = project.tasks[before], project.tasks[after]
        if kind == "SF" and first.begun and not second.finished:
            return True
        if kind == "SS" and second.begun and not first.started and after in needed:
            return True
    return False


@pytest.mark.parametrize("status", [None, MONDAY + 9 * DAY])
def test_facts_and_the_status_date_give_the_dates_and_floats_of_mpxj(
    worked: tuple[int, ...], status: date | None
) -> None:
    drawn_ = [replace(p, status=status) for p in projects(5, 400, worked, progressed)]
    some = [project for project in drawn_ if not quirks(project)]
    assert len(some) > 300
    differences = Differences()
    for number, (project, told) in enumerate(zip(some, mpxj(some), strict=True)):

        def counts(task: int, name: str, project: Project = project) -> bool:
            # MPXJ says of what has begun that it starts no later than it did.
            return name != "critical" and not (name == "ls" and project.tasks[task].begun)

        differences.take(number, project, told, counts)
    assert differences.found == []
