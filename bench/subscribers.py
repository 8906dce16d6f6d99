"""A thousand subscribers of one service: what each takes of its memory, and when all have heard."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, resident_megabytes
from bench.starts import serving
from bench.wire import Heard, Subscriber, answer_of, by_events, by_socket, http_request

SUBSCRIBERS = 1_000
MEMORY_BOUND_KB = 40.0
STALL_BOUND_MS = 50.0
WRITES = 20
PATIENCE_S = 60.0
BY: dict[str, Callable[[Heard], Subscriber]] = {"events": by_events, "WebSocket": by_socket}


def subscriber_figures(folder: Path, subscribers: int = SUBSCRIBERS) -> list[Figure]:
    """Measure each transport on a service of its own, on an empty graph."""
    figures = []
    for name, by in BY.items():
        with serving(folder / name) as (pid, port):
            figures += asyncio.run(
                _measured(f"{subscribers:,} by {name}: ", pid, port, by, subscribers)
            )
    return figures


async def _measured(
    name: str, pid: int, port: int, by: Callable[[Heard], Subscriber], subscribers: int
) -> list[Figure]:
    times: list[float] = []
    open_ = await _opened(port, by, lambda: times.append(perf_counter()), 50)  # warms it up
    await _written(port, "warm")
    await asyncio.sleep(1)
    _close(open_)
    await asyncio.sleep(1)
    before = resident_megabytes(pid)
    open_ = await _opened(port, by, lambda: times.append(perf_counter()), subscribers)
    await asyncio.sleep(2)
    memory = (resident_megabytes(pid) - before) * 1e3 / subscribers
    first, last, late = [], [], []
    for number in range(WRITES):
        times.clear()
        beside = asyncio.create_task(_latest(port))
        written = await _written(port, f"k{number}")
        await asyncio.wait_for(_filled(times, subscribers), PATIENCE_S)
        beside.cancel()
        late.append(max(await beside, default=0.0))
        waited = sorted((at - written) * 1e3 for at in times)
        first.append(waited[len(waited) // 2])
        last.append(waited[int(len(waited) * 0.99)])
    after = (resident_megabytes(pid) - before) * 1e3 / subscribers
    _close(open_)
    return [
        Figure(name + "memory of each, idle", "KB", (memory,), MEMORY_BOUND_KB),
        Figure(name + f"memory of each after {WRITES} writes", "KB", (after,), None),
        Figure(name + "half have heard of a write after", "ms", tuple(first)),
        Figure(name + "99 % have heard after", "ms", tuple(last)),
        Figure(
            name + "others are answered meanwhile in at most", "ms", tuple(late), STALL_BOUND_MS
        ),
    ]


async def _filled(times: list[float], count: int) -> None:
    while len(times) < count:  # noqa: ASYNC110 - as cheap as can be beside what is measured
        await asyncio.sleep(0.005)


async def _opened(
    port: int, by: Callable[[Heard], Subscriber], heard: Heard, count: int
) -> list[Subscriber]:
    loop = asyncio.get_running_loop()
    found = []
    for _ in range(count):
        _, subscriber = await loop.create_connection(lambda: by(heard), "127.0.0.1", port)
        found.append(subscriber)
        await asyncio.wait_for(subscriber.opened.wait(), PATIENCE_S)
    return found


def _close(subscribers: list[Subscriber]) -> None:
    for subscriber in subscribers:
        subscriber.close()


async def _written(port: int, key: str) -> float:
    """Make a write; give when it was asked for."""
    query = f'mutation {{ createTeam(input: {{key: "{key}"}}) {{ revision }} }}'
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(http_request({"query": query}))
    asked = perf_counter()
    answer = await answer_of(reader)
    assert b'"revision"' in answer, answer
    writer.close()
    return asked


async def _latest(port: int) -> list[float]:
    """Ask something small over and over; give how long each answer took, in ms."""
    took: list[float] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            begun = perf_counter()
            writer.write(b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            await answer_of(reader)
            took.append((perf_counter() - begun) * 1e3)
            await asyncio.sleep(0.005)
    except asyncio.CancelledError:
        return took
    finally:
        writer.close()
