"""The service as its users have it: a process of its own, spoken to over HTTP."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias, cast

import httpx
import orjson

from graph.store.child import free_port
from graph.store.connection import Connection

PATIENCE_S = 60.0

Answer: TypeAlias = "dict[str, Answer] | list[Answer] | str | int | float | bool | None"


@dataclass(frozen=True, slots=True)
class Service:
    """A running service and its address."""

    process: "subprocess.Popen[bytes]"
    url: str

    def ask(self, document: str, **variables: Answer) -> dict[str, Answer]:
        """Run an operation and give its data. AssertionError when it answers errors."""
        body = self.answer(document, variables)
        assert "errors" not in body, body
        return cast("dict[str, Answer]", body["data"])

    def answer(
        self, document: str, variables: dict[str, Answer], headers: dict[str, str] | None = None
    ) -> dict[str, Answer]:
        """Run an operation and give its whole answer."""
        response = httpx.post(
            f"{self.url}/graphql",
            json={"query": document, "variables": variables},
            headers=headers,
            timeout=30,
        )
        return cast("dict[str, Answer]", orjson.loads(response.content))


def environment(connection: Connection) -> dict[str, str]:
    """Give the environment that points the command at a database."""
    return os.environ | {
        "HEADWATER_NEO4J_URI": connection.uri,
        "HEADWATER_NEO4J_USER": connection.user,
        "HEADWATER_NEO4J_PASSWORD": connection.password,
    }


def run(connection: Connection, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env=environment(connection),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def serving(connection: Connection, *, dev: bool = True, **settings: str) -> Iterator[Service]:
    """Run `headwater serve` on a database until the context closes; it must then end cleanly."""
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "api.cli",
            "serve",
            "--port",
            str(port),
            *(["--dev"] if dev else []),
        ],
        env=environment(connection) | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    service = Service(process, f"http://127.0.0.1:{port}")
    try:
        _await_ready(service)
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(30)
    assert code == 0


def _await_ready(service: Service) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        assert service.process.poll() is None, "the service ended before it was ready"
        try:
            if httpx.get(f"{service.url}/ready", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service was not ready in time")
