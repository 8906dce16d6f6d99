"""Several processes on one port: what an answer costs each of them, and the memory of each.

Where the cores are shared with who asks, the answers a second tell little. What can be told is the
time of a core that an answer takes: where it is the same in two processes as in one, nothing that
they share keeps one waiting for the other, and two cores give twice the answers.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from bench.figures import Figure
from bench.starts import await_ready, running
from bench.wire import answer_of, http_request
from graph.commands import Import
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.workspace import Workspace
from seeds.generate import generate

WORKERS = 2
CLIENTS = 32
SECONDS = 6.0
SHARE_BOUND = 1 / 1.7
"""The time of a core that an answer takes with two workers, by two, beside that with one."""
QUERY = (
    "{ teams(first: 20) { nodes { key name type capacity owns(first: 10)"
    " { nodes { ... on Objective { key name progress measuredBy(first: 5) { nodes { key current } } } } } } } }"
)
_HERTZ = os.sysconf("SC_CLK_TCK")


def worker_figures(folder: Path, teams: int) -> list[Figure]:
    """Measure one and two workers on an organisation in an engine of its own."""
    with EmbeddedEngine.start(folder) as engine:
        workspace = Workspace.connect(Connection(engine.uri, engine.user, engine.password))
        workspace.execute(Import(list(generate(teams, 1))), actor="bench")
        workspace.close()
    cost: dict[int, float] = {}
    memory: list[float] = []
    for workers in (1, WORKERS, 1, WORKERS):
        with _served(folder, workers) as (pid, port):
            asyncio.run(_answers(port, 1.0))
            processes = [pid, *_workers_of(pid)]
            before = sum(map(_core_seconds, processes))
            count = asyncio.run(_answers(port, SECONDS))
            spent = (sum(map(_core_seconds, processes)) - before) * 1e3 / count
            cost[workers] = min(spent, cost.get(workers, spent))
            if workers > 1:
                memory = [_own_megabytes(each) for each in processes]
    share = cost[WORKERS] / WORKERS / cost[1]
    name = f"{teams} teams, "
    return [
        Figure(name + "an answer with one worker", "ms of a core", (cost[1],)),
        Figure(name + f"with {WORKERS} workers", "ms of a core", (cost[WORKERS],)),
        Figure(f"the same by {WORKERS}, beside one", "", (share,), SHARE_BOUND),
        Figure(name + "memory of a worker", "MB", tuple(memory)),
    ]


@contextmanager
def _served(folder: Path, workers: int) -> Iterator[tuple[int, int]]:
    words = ["serve", "--data-dir", str(folder), "--workers", str(workers)]
    with running(words, os.environ | {"HEADWATER_RATE_PER_S": "0"}) as (process, port):
        await_ready(port)
        until = perf_counter() + 60
        while len(_workers_of(process.pid)) < workers - 1 or not _all_listen(port, workers):
            if perf_counter() > until:
                msg = f"{workers} workers did not come to listen"
                raise TimeoutError(msg)
        yield process.pid, port


def _all_listen(port: int, workers: int) -> bool:
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()
    return sum(f":{port:04X} 00000000:0000 0A" in line for line in lines) >= workers


def _workers_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = [each for task in tasks for each in (task / "children").read_text().split()]
    return [
        int(each)
        for each in children
        if b"api.cli.worker" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]


def _core_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _HERTZ


def _own_megabytes(pid: int) -> float:
    """Give the memory of a process, its part of what it shares with others (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1e3
    raise AssertionError


async def _answers(port: int, seconds: float) -> int:
    until = perf_counter() + seconds
    return sum(await asyncio.gather(*(_client(port, at, until) for at in range(CLIENTS))))


async def _client(port: int, at: int, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while perf_counter() < until:
        count += 1
        # No answer of before is kept for it.
        variables = {"unused": at * 1_000_000 + count}
        writer.write(http_request({"query": QUERY, "variables": variables}))
        answer = await answer_of(reader)
        if b'"errors"' in answer:
            raise RuntimeError(answer.decode())
    writer.close()
    return count
