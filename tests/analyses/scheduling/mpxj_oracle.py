"""MPXJ's scheduler for Microsoft Project as an oracle: projects come in as JSON lines, dates go out.

Runs as a process of its own, so that the Java machine and its warnings stay out of the tests:
`python -m tests.analyses.scheduling.mpxj_oracle < projects > dates`. Java is the one that the
embedded engine brings.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import arcadedb_embedded
import jpype
import mpxj  # type: ignore[import-untyped]  # noqa: F401 - puts its archives on the class path

Java = Any
"""An object of Java, which nothing here can check."""

LINKS = {"FS": "FINISH_START", "SS": "START_START", "FF": "FINISH_FINISH", "SF": "START_FINISH"}


def start_java() -> None:
    package = arcadedb_embedded.__file__
    assert package is not None
    jpype.startJVM(str(Path(package).parent / "jre/lib/server/libjvm.so"))


class Project:
    """A project in MPXJ's form: days are worked from midnight to midnight, 24 hours each."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.java = jpype.JClass
        self.days = self.java("org.mpxj.TimeUnit").DAYS
        self.file = self.java("org.mpxj.ProjectFile")()
        properties = self.file.getProjectProperties()
        properties.setMinutesPerDay(self.java("java.lang.Integer")(1440))
        properties.setMinutesPerWeek(self.java("java.lang.Integer")(1440 * len(told["worked"])))
        properties.setDefaultCalendar(self._calendar(told["worked"], told["holidays"]))
        self.tasks = [self._task(task) for task in told["tasks"]]
        for before, after, kind, lag in told["links"]:
            self.tasks[after].addPredecessor(
                self.java("org.mpxj.Relation.Builder")()
                .predecessorTask(self.tasks[before])
                .type(getattr(self.java("org.mpxj.RelationType"), LINKS[kind]))
                .lag(self._duration(lag))
            )
        self.java("org.mpxj.cpm.MicrosoftScheduler")().schedule(self.file, _at(told["start"]))

    def dates(self) -> list[dict[str, Any]]:
        """Give instants as text, floats in days."""
        return [
            {
                "es": str(task.getEarlyStart()),
                "ef": str(task.getEarlyFinish()),
                "ls": str(task.getLateStart()),
                "lf": str(task.getLateFinish()),
                "total_float": float(task.getTotalSlack().getDuration()),
                "free_float": float(task.getFreeSlack().getDuration()),
                "critical": bool(task.getCritical()),
            }
            for task in self.tasks
        ]

    def _calendar(self, worked: list[int], holidays: list[str]) -> Java:
        calendar = self.file.addCalendar()
        midnight = self.java("java.time.LocalTime").MIDNIGHT
        for number in range(7):
            day = self.java("java.time.DayOfWeek").of(number + 1)
            calendar.setWorkingDay(day, number in worked)
            if number in worked:
                whole = self.java("org.mpxj.LocalTimeRange")(midnight, midnight)
                calendar.addCalendarHours(day).add(whole)
        for text in holidays:
            calendar.addCalendarException(self.java("java.time.LocalDate").parse(text))
        return calendar

    def _duration(self, days: float) -> Java:
        return self.java("org.mpxj.Duration").getInstance(jpype.JDouble(days), self.days)

    def _task(self, told: dict[str, Any]) -> Java:
        task = self.file.addTask()
        days = told["duration"]
        task.setDuration(self._duration(days))
        task.setMilestone(days == 0)
        elapsed = days if told.get("finished") else told.get("elapsed", 0)
        task.setActualDuration(self._duration(elapsed))
        task.setRemainingDuration(self._duration(days - elapsed))
        if told.get("started"):
            task.setActualStart(_at(told["started"]))
        if told.get("finished"):
            task.setActualFinish(_at(told["finished"]))
        kinds = self.java("org.mpxj.ConstraintType")
        task.setConstraintType(
            getattr(kinds, told.get("constraint", "as_soon_as_possible").upper())
        )
        if told.get("constraint_date"):
            task.setConstraintDate(_at(told["constraint_date"]))
        return task


def _at(text: str) -> Java:
    return jpype.JClass("java.time.LocalDateTime").parse(text)


if __name__ == "__main__":
    start_java()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(Project(json.loads(line)).dates()) + "\n")
    sys.stdout.flush()
    os._exit(0)
