"""What it costs that nothing is lost, and how soon others show it: syncs, kills, second processes."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.figures import Figure, timed
from bench.graphload import SEED, started
from bench.starts import await_ready, running, served
from graph.commands import CreateNode, Import
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.workspace import Workspace
from seeds.generate import generate

SHOWN_BOUND_MS = 500.0
RECOVERY_BOUND_S = 10.0
WRITES = 40
PATIENCE_S = 60.0
READ = "query($key: String!) { team(key: $key) { key } }"
WRITE = "mutation($key: String!) { createTeam(input: {key: $key}) { revision } }"


def reliability_figures(
    folder: Path, engines: Sequence[str], teams: int, runs: int
) -> list[Figure]:
    """Measure how soon a second process shows a write, by engine; the rest on the embedded one."""
    return [
        *(figure for engine in engines for figure in _freshness(folder / engine, engine)),
        *_syncs(folder / "syncs"),
        *_kills(folder / "kills", teams, runs),
    ]


def _freshness(folder: Path, engine: str) -> list[Figure]:
    alone: list[float] = []
    named: list[float] = []
    with started(engine, folder) as connection:
        Workspace.connect(connection).close()
        place = folder / "unused"
        with served(place, connection) as (_, one), served(place, connection) as (_, other):
            for at in range(WRITES):
                _asked(one, WRITE, f"a{at}")
                written = time.perf_counter()
                _until(lambda at=at: _shows(other, f"a{at}"))  # type: ignore[misc]
                alone.append((time.perf_counter() - written) * 1e3)
                revision = _asked(one, WRITE, f"b{at}")["createTeam"]["revision"]
                written = time.perf_counter()
                if not _shows(other, f"b{at}", revision):
                    msg = f"revision {revision} was asked for, and not shown"
                    raise AssertionError(msg)
                named.append((time.perf_counter() - written) * 1e3)
    name = f"a write through one process, shown by another, {engine}: "
    return [
        Figure(name + "by itself, half", "ms", tuple(alone)),
        Figure(name + "by itself, at most", "ms", (max(alone),), SHOWN_BOUND_MS),
        Figure(name + "asked with its revision", "ms", tuple(named)),
    ]


def _asked(port: int, query: str, key: str, revision: int | None = None) -> dict[str, Any]:
    headers = {} if revision is None else {"Headwater-Revision": str(revision)}
    body = {"query": query, "variables": {"key": key}}
    answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json=body, headers=headers, timeout=30)
    data: dict[str, Any] = answer.json()["data"]
    return data


def _shows(port: int, key: str, revision: int | None = None) -> bool:
    return _asked(port, READ, key, revision)["team"] is not None


def _until(holds: Callable[[], bool]) -> None:
    end = time.perf_counter() + PATIENCE_S
    while not holds():
        if time.perf_counter() > end:
            msg = "the other process never showed it"
            raise TimeoutError(msg)


def _syncs(folder: Path) -> list[Figure]:
    """Write by turns with a log that is synced and with one that is not."""
    with (
        _engine(folder / "synced", sync=True) as safe,
        _engine(folder / "not", sync=False) as loose,
    ):
        times: dict[str, list[float]] = {"synced": [], "not synced": []}
        for at in range(5 * WRITES):
            for name, workspace in (("synced", safe), ("not synced", loose)):
                command = CreateNode("Team", f"t{at}")
                seconds, _ = timed(lambda w=workspace, c=command: w.execute(c, actor="bench"))  # type: ignore[misc]
                times[name].append(seconds * 1e3)
    return [Figure(f"one write, its log {name}", "ms", tuple(runs)) for name, runs in times.items()]


@contextmanager
def _engine(folder: Path, *, sync: bool) -> Iterator[Workspace]:
    with EmbeddedEngine.start(folder, sync=sync) as engine:
        connection = Connection(engine.uri, engine.user, engine.password)
        with closing(Workspace.connect(connection)) as workspace:
            yield workspace


def _kills(folder: Path, teams: int, runs: int) -> list[Figure]:
    """Kill service and engine while they hold an organisation, and start them again."""
    with _engine(folder, sync=True) as workspace:
        workspace.execute(Import(list(generate(teams, SEED))), actor="bench")
    words = ["serve", "--data-dir", str(folder)]
    times = []
    for run in range(runs + 1):
        begun = time.perf_counter()
        with running(words, os.environ.copy()) as (process, port):
            await_ready(port)
            if run:
                times.append(time.perf_counter() - begun)
            _asked(port, WRITE, f"killed{run}")
            os.kill(int((folder / "engine.pid").read_text().split()[0]), 9)
            process.kill()
    name = f"{teams} teams: service and engine killed in use, ready again"
    return [Figure(name, "s", tuple(times), RECOVERY_BOUND_S if teams <= 750 else None)]
