"""From the command to a service that answers: the first start with its import, and warm ones."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from bench.figures import Figure
from graph.store.child import free_port
from graph.store.connection import Connection

COLD_BOUND_S = 10.0
WARM_BOUND_S = 3.0
PATIENCE_S = 120.0


def start_figures(folder: Path, runs: int) -> list[Figure]:
    """Measure from the start of the process until /ready says yes."""
    cold, warm = [], []
    for run in range(runs):
        place = folder / str(run)
        cold.append(_until_ready(["demo", "--data-dir", str(place)]))
        warm.append(_until_ready(["serve", "--data-dir", str(place)]))
    return [
        Figure(
            "demo: first start, engine, import and answers, to ready",
            "s",
            tuple(cold),
            COLD_BOUND_S,
        ),
        Figure("serve: warm start on the demo's data, to ready", "s", tuple(warm), WARM_BOUND_S),
    ]


def _until_ready(arguments: list[str]) -> float:
    start = time.perf_counter()
    with running(arguments, os.environ.copy()) as (_, port):
        await_ready(port)
        return time.perf_counter() - start


@contextmanager
def served(folder: Path, connection: Connection) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run `headwater serve` on a database, ready, for as long as the context is open; and its port."""
    environment = os.environ | {
        "HEADWATER_NEO4J_URI": connection.uri,
        "HEADWATER_NEO4J_USER": connection.user,
        "HEADWATER_NEO4J_PASSWORD": connection.password,
        "HEADWATER_DATA_DIR": str(folder),
    }
    with running(["serve"], environment) as (process, port):
        await_ready(port)
        yield process, port


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    """Run `headwater serve` on an engine and an empty graph of its own; gives process id and port."""
    with running(["serve", "--data-dir", str(folder)], os.environ.copy()) as (process, port):
        await_ready(port)
        yield process.pid, port


@contextmanager
def running(
    arguments: list[str], environment: dict[str, str]
) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run a command on a free port for as long as the context is open."""
    port = free_port()
    command = [sys.executable, "-m", "api.cli", *arguments, "--port", str(port)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process, port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def await_ready(port: int) -> None:
    """Wait until a service says that it is ready."""
    end = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.02)
    msg = f"nothing was ready on port {port} within {PATIENCE_S:g} s"
    raise TimeoutError(msg)
