import re

from graph.analyses.scheduling.critical_path import critical_path
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.analyses.scheduling.conftest import PSPLIB


def section(text: str, title: str) -> list[list[int]]:
    """Give the rows of numbers under a title, up to the next line of stars."""
    lines = text.split(title)[1].split("***", maxsplit=1)[0].splitlines()
    rows = [line.split() for line in lines if re.fullmatch(r"[\s\d]+", line)]
    return [[int(word) for word in row] for row in rows if row]


def test_the_length_without_resources_is_that_of_the_files_header() -> None:
    text = PSPLIB.read_text()
    header = section(text, "PROJECT INFORMATION:")[0]
    followers = {row[0]: row[3:] for row in section(text, "PRECEDENCE RELATIONS:")}
    durations = {row[0]: row[2] for row in section(text, "REQUESTS/DURATIONS:")}
    assert len(durations) == len(followers) == 32
    items = [WorkItem(key=str(job), duration_days=float(d)) for job, d in durations.items()]
    links = [
        DependsOn(
            key=f"{job}-{after}",
            source=Ref("WorkItem", str(after)),
            target=Ref("WorkItem", str(job)),
        )
        for job, found in followers.items()
        for after in found
    ]
    assert critical_path(Snapshot.build(items, links)).finish_days == header[-1] == 38
