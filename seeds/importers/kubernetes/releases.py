"""Releases become cycles: the dated ones, and those that are only promised."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.errors import ErrorCode
from graph.model.records import NodeRecord
from graph.model.values import Json
from seeds.importers.kubernetes.words import day, version
from seeds.importers.rows import Row

SYSTEM = "kubernetes/sig-release"


@dataclass(frozen=True, slots=True)
class Release:
    """A release with the days of its cycle; `ends` is the day it came out, or is to come out."""

    version: str
    begins: date
    ends: date
    row: Row


def read_releases(rows: Iterator[Row]) -> dict[str, Release]:
    """Read the dated releases by version."""
    found: dict[str, Release] = {}
    for row in rows:
        name = version(row.text("version"), row, "release", "version")
        subject = f"Cycle/v{name}"
        begins = day(row.text("cycle_start"), row, subject, "cycle_start")
        ends = day(row.text("released"), row, subject, "released")
        if not name or begins is None or ends is None or begins > ends:
            message = "a release needs a version, a first day and a later day on which it came out"
            row.problem(ErrorCode.INVALID_VALUE, message, subject=subject)
        elif name in found:
            row.problem(ErrorCode.DUPLICATE, f"the release {name} is there twice", subject=subject)
        else:
            found[name] = Release(name, begins, ends, row)
    return found


def cycles(dated: Mapping[str, Release], promised: Sequence[str]) -> Iterator[NodeRecord]:
    """Give the cycles, oldest first: promised releases that have no days yet, or had none."""
    for name in sorted({*dated, *promised}, key=_order):
        raw: dict[str, Json] = {"name": f"Kubernetes {name}", "type": "increment"}
        release = dated.get(name)
        if release is None:
            raw["description"] = "Promised as a milestone; its days are not in the data."
            yield NodeRecord("Cycle", cycle_key(name), raw | _origin(name))
            continue
        freezes = ", ".join(
            f"{label} {release.row.text(field)}"
            for label, field in (
                ("enhancements freeze", "enhancements_freeze"),
                ("code freeze", "code_freeze"),
            )
            if release.row.text(field)
        )
        raw |= {"from": release.begins.isoformat(), "to": release.ends.isoformat()}
        if freezes:
            raw["description"] = f"{freezes[:1].upper()}{freezes[1:]}."
        place = release.row.source, release.row.line
        yield NodeRecord("Cycle", cycle_key(name), raw | _origin(name), *place)


def cycle_key(name: str) -> str:
    """Give the key of a release's cycle."""
    return f"v{name}"


def _origin(name: str) -> dict[str, Json]:
    return {"source": SYSTEM, "source_id": f"release-{name}"}


def _order(name: str) -> tuple[int, ...]:
    return tuple(map(int, name.split(".")))
