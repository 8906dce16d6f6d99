"""Two hundred clients for a minute, and many requests one after another: answers, times, memory."""

import asyncio
import multiprocessing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, resident_megabytes
from bench.starts import serving
from bench.wire import answer_of, http_request

CLIENTS = 200
SECONDS = 60.0
MANY = 200_000
WRITE_EVERY = 100
SPREAD_BOUND = 10.0
GROWTH_BOUND = 0.05
QUERIES = (
    "{ graph { revision nodeCount } }",
    '{ team(key: "k0") { name capacity } }',
    "{ teams(first: 20) { totalCount nodes { key name } pageInfo { hasNextPage endCursor } } }",
)


@dataclass(frozen=True, slots=True)
class Run:
    """What some clients saw: how long each answer took (ms, sorted), and how many were none."""

    times: list[float]
    errors: int
    seconds: float

    def at(self, part: float) -> float:
        """Give the time within which a part of the answers came."""
        return self.times[min(int(len(self.times) * part), len(self.times) - 1)]


def load_figures(
    folder: Path, clients: int = CLIENTS, seconds: float = SECONDS, many: int = MANY
) -> list[Figure]:
    """Measure on a service of its own; the clients are in a process of their own."""
    with serving(folder) as (pid, port):
        _driven(port, clients, 3.0, 0)  # warms it up
        run = _driven(port, clients, seconds, 0)
        steady = resident_megabytes(pid)
        rest = _driven(port, 16, 0.0, many)
        growth = resident_megabytes(pid) / steady - 1
    name = f"{clients} clients for {seconds:g} s: "
    return [
        Figure(name + "errors", "", (float(run.errors),), 0.0),
        Figure(name + "answers", "/s", (len(run.times) / run.seconds,)),
        Figure(name + "half within", "ms", (run.at(0.5),)),
        Figure(name + "99 % within", "ms", (run.at(0.99),)),
        Figure(name + "99 % in times the half", "", (run.at(0.99) / run.at(0.5),), SPREAD_BOUND),
        Figure(f"{many:,} requests: errors", "", (float(rest.errors),), 0.0),
        Figure(f"{many:,} requests: growth of memory", "", (growth,), GROWTH_BOUND),
    ]


def _driven(port: int, clients: int, seconds: float, count: int) -> Run:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_drive, (port, clients, seconds, count))


def _drive(port: int, clients: int, seconds: float, count: int) -> Run:
    return asyncio.run(_asked(port, clients, seconds, count))


async def _asked(port: int, clients: int, seconds: float, count: int) -> Run:
    """Ask over connections that stay open, for some seconds, or so many times in all."""
    begun = perf_counter()
    until = begun + seconds if seconds else float("inf")
    each = count // clients if count else 10**9
    found = await asyncio.gather(*(_client(port, at, until, each) for at in range(clients)))
    times = sorted(time for times, _ in found for time in times)
    return Run(times, sum(errors for _, errors in found), perf_counter() - begun)


async def _client(port: int, at: int, until: float, count: int) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    requests = [http_request({"query": query}) for query in QUERIES]
    times: list[float] = []
    errors = 0
    for number in range(count):
        begun = perf_counter()
        if begun >= until:
            break
        if (number + at) % WRITE_EVERY:
            writer.write(requests[(number + at) % len(requests)])
        else:
            writer.write(_write(at, number))
        answer = await answer_of(reader)
        times.append((perf_counter() - begun) * 1e3)
        errors += b'"errors"' in answer or b'"data"' not in answer
    writer.close()
    return times, errors


def _write(at: int, number: int) -> bytes:
    """Ask for a write that leaves the graph as large as it was."""
    key = {"key": f"k{at % 20}"}
    if number < WRITE_EVERY:
        query = "mutation M($input: CreateTeamInput!) { createTeam(input: $input) { revision } }"
        return http_request({"query": query, "variables": {"input": key}})
    query = "mutation M($input: UpdateTeamInput!) { updateTeam(input: $input) { revision } }"
    return http_request({"query": query, "variables": {"input": {**key, "name": str(number)}}})
