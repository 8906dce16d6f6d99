"""The real data that comes with Headwater, and its import: once, in one write."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Final

import seeds
from graph.commands import Import, Plan
from graph.errors import EngineFailed, Violation
from graph.model.records import Record
from graph.model.snapshot import Snapshot
from seeds.importers import importer

DATA: Final = Path(seeds.__file__).parent / "data"
SOURCES: Final = (("kubernetes", DATA / "kubernetes"), ("okr-json", DATA / "okrs"))
"""The format and the place of each set of data."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """The shipped data, read: records, and the problems of form that the data really has."""

    records: tuple[Record, ...]
    problems: tuple[Violation, ...]


def read_shipped() -> Shipped:
    """Read the data. EngineFailed when it was not installed with the program."""
    problems: list[Violation] = []
    return Shipped(tuple(_records(problems)), tuple(problems))


def _records(problems: list[Violation]) -> Iterator[Record]:
    for name, place in SOURCES:
        if not place.is_dir():
            raise EngineFailed(f"the data in {place} is missing", "install Headwater anew")
        paths = sorted(place.glob("*.json")) if name == "okr-json" else [place]
        yield from importer(name).read(paths, problems.append)


def content_key() -> str:
    """Name the data by its content: data that is changed is imported over the old, once."""
    digest = sha256()
    for _, place in SOURCES:
        for path in sorted(place.iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"demo/{digest.hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class ImportShipped:
    """The import of the shipped data. It is read only if it is not in the graph already."""

    read: Callable[[], Shipped]
    name: ClassVar[str] = "import"

    def plan(self, snapshot: Snapshot) -> Plan:
        """Take what is good of it, which leaves the problems of form behind."""
        shipped = self.read()
        return Import(shipped.records, partial=True, problems=shipped.problems).plan(snapshot)
