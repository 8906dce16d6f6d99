"""The Kubernetes project: groups, subprojects, enhancements with their history, releases.

Reads a folder with teams.json, releases.json, keps.json, kep_events.csv, kep_links.csv and
feature_gate_dependencies.csv. The mapping is told in docs/importers.md.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from graph.errors import BadUsage
from graph.model.records import NodeRecord, Record
from seeds.form import Report
from seeds.importers.kubernetes.enhancements import node, read_enhancements, relations
from seeds.importers.kubernetes.groups import SYSTEM, Groups
from seeds.importers.kubernetes.history import read_events
from seeds.importers.kubernetes.links import links
from seeds.importers.kubernetes.releases import cycles, read_releases
from seeds.importers.rows import csv_rows, json_rows

_EVENTS = ("kep", "at", "field", "new")
_LINKS = ("from_kep", "to_kep", "type")
_GATES = ("gate", "requires_gate", "gate_keps", "requires_keps")


def read_kubernetes(paths: Sequence[Path], report: Report) -> Iterator[Record]:
    """Give the records of a folder of Kubernetes data. BadUsage when a file of it is missing."""
    if len(paths) != 1 or not paths[0].is_dir():
        msg = "the Kubernetes data is one folder"
        raise BadUsage(msg, "name the folder that holds keps.json and the rest")
    folder = paths[0]
    groups = Groups(json_rows(folder / "teams.json", report))
    releases = read_releases(json_rows(folder / "releases.json", report))
    items = read_enhancements(json_rows(folder / "keps.json", report))
    rows = csv_rows(folder / "kep_events.csv", _EVENTS, report)
    events = read_events(rows, frozenset(items))
    last = max((found[-1].at for found in events.values()), default=None)
    promised = [version for item in items.values() for version in item.milestones.values()]

    yield NodeRecord("Company", "kubernetes", {"name": "Kubernetes", "source": SYSTEM})
    yield from groups.nodes()
    yield from cycles(releases, promised)
    for number, item in items.items():
        yield node(item, events.get(number, ()), releases, last)
    yield from groups.relations()
    for item in items.values():
        yield from relations(item, groups)
    yield from links(
        csv_rows(folder / "kep_links.csv", _LINKS, report),
        csv_rows(folder / "feature_gate_dependencies.csv", _GATES, report),
        items,
    )
