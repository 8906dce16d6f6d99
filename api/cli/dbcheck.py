"""`db check`: whether the graph that is stored is the one that its log leads to."""

from collections.abc import Iterator
from dataclasses import dataclass

import typer

from api.cli import options
from api.cli.failures import FOUND_PROBLEMS
from api.cli.tables import show
from api.cli.terminal import print_json, screen
from api.engine import open_workspace, settings_for
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.snapshot import Snapshot
from graph.workspace import Workspace

PAGE = 200
"""Writes that are replayed at a time: those of an import may hold a whole graph."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that the store and the replayed log do not agree on.

    `state` is `missing` (in the log alone), `unknown` (in the store alone) or `different`.
    """

    what: str
    state: str


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found: the graph's size, and where store and log differ."""

    revision: int
    nodes: int
    relationships: int
    writes_replayed: int
    differences: tuple[Difference, ...]


def check(as_json: options.AsJson = False, data_dir: options.DataDir = None) -> None:
    """Replay the log from the beginning, and compare what it gives with what is stored."""
    with open_workspace(settings_for(data_dir), make=False) as workspace:
        found = checked(workspace)
    if as_json:
        print_json(found)
    else:
        show(screen(), found, lambda _kind, _key: None)
    if found.differences:
        raise typer.Exit(FOUND_PROBLEMS)


def checked(workspace: Workspace) -> Check:
    """Compare what the store loads with the replay of its log."""
    stored = workspace.snapshot()
    replayed = Snapshot.empty()
    writes = 0
    while replayed.revision < stored.revision:
        commits = workspace.changes(replayed.revision, PAGE)
        for commit in commits:
            if commit.revision <= stored.revision:
                replayed = replayed.apply(commit.changes, revision=commit.revision, at=commit.at)
                writes += 1
        if not commits:
            break
    nodes, relationships = stored.count()
    differences = tuple(_differences(stored, replayed))
    return Check(stored.revision, nodes, relationships, writes, differences)


def _differences(stored: Snapshot, replayed: Snapshot) -> Iterator[Difference]:
    for kind in ENTITIES:
        mine, theirs = stored.nodes(kind.cls), replayed.nodes(kind.cls)
        for key in sorted({*mine, *theirs}):
            yield from _compared(f"{kind.label}/{key}", mine.get(key), theirs.get(key))
    for relation in RELATIONS:
        links, others = stored.relations(relation.cls), replayed.relations(relation.cls)
        for name in sorted({*links, *others}):
            yield from _compared(f"{relation.type}/{name}", links.get(name), others.get(name))


def _compared(what: str, stored: object, replayed: object) -> Iterator[Difference]:
    if stored == replayed:
        return
    if stored is None:
        yield Difference(what, "missing")
    else:
        yield Difference(what, "unknown" if replayed is None else "different")
