"""A service that is killed at random while many write to it, and the book of what it acknowledged."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic, sleep

import httpx

from graph.store.child import free_port
from graph.store.connection import Connection
from tests.e2e.service import environment

PATIENCE_S = 180.0
WRITE = """mutation ($key: String!, $once: String) {
  createTeam(input: {key: $key, name: $key, idempotencyKey: $once}) { revision problems { code message } } }"""


class Victim(Enum):
    """Who is killed."""

    API = "api"
    ENGINE = "engine"
    BOTH = "both"


@dataclass(slots=True)
class Book:
    """What the service said of each write: acknowledged at a revision, or nothing that tells."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @property
    def count(self) -> int:
        return len(self.acknowledged)


@dataclass(slots=True)
class Tortured:
    """`headwater serve` over a folder, which is started again whenever it is killed.

    With a `connection` the folder is that of a database which others hold, and start again.
    """

    folder: Path
    connection: Connection | None = None
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    recoveries_s: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it is ready: nobody lends it a hand."""
        begun = monotonic()
        self._run()
        while not self._is_ready():
            assert self.process is not None
            if self.connection and self.process.poll() == 2:
                sleep(1)  # its database was not there yet: who runs services starts it again
                self._run()
            assert self.process.poll() is None, (self.folder.parent / "serve.log").read_text()
            assert monotonic() - begun < PATIENCE_S, "it was not ready in time"
            sleep(0.05)
        self.recoveries_s.append(monotonic() - begun)

    def _run(self) -> None:
        words = [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port)]
        if self.connection is None:
            words += ["--data-dir", str(self.folder)]
        settings = environment(self.connection) if self.connection else None
        with (self.folder.parent / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(words, env=settings, stdout=log, stderr=log)

    def _is_ready(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/ready", timeout=2).status_code == 200
        return False

    def kill(self, victim: Victim) -> None:
        """Kill without a warning; what is not there any more by itself is started again."""
        assert self.process is not None
        if victim is not Victim.API:
            pid = int((self.folder / "engine.pid").read_text().split()[0])
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if victim is not Victim.ENGINE:
            self.process.kill()
            self.process.wait()
            self.start()

    @contextmanager
    def ended_in_any_case(self) -> Iterator[None]:
        """Leave no process behind, whatever happens in the body."""
        try:
            yield
        finally:
            if self.process is not None and self.process.poll() is None:
                self.process.kill()
                self.process.wait()

    def stop(self) -> None:
        """Stop it as one should."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0


@contextmanager
def writing(service: Tortured, writers: int, book: Book) -> Iterator[None]:
    """Have many write, each one thing after another, until the context closes."""
    done = Event()
    threads = [
        Thread(target=_write, args=(service, f"w{at}", at % 2 == 0, book, done))
        for at in range(writers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def _write(service: Tortured, name: str, once: bool, book: Book, done: Event) -> None:
    """Write; with an idempotency key (`once`) until it is acknowledged, else each but once."""
    at = 0
    while not done.is_set():
        key = f"{name}-{at}"
        at += 1
        revision = _asked(service, key, key if once else None, book)
        until = monotonic() + PATIENCE_S
        while once and revision is None and monotonic() < until:
            sleep(0.05)
            revision = _asked(service, key, key, book)
        with book.lock:
            if revision is None:
                book.unknown.add(key)
            else:
                book.acknowledged[key] = revision
        if revision is None:
            sleep(0.1)


def _asked(service: Tortured, key: str, once: str | None, book: Book) -> int | None:
    """Ask for a write; gives its revision, None where nothing tells what became of it."""
    variables = {"key": key, "once": once}
    try:
        answer = httpx.post(
            f"{service.url}/graphql", json={"query": WRITE, "variables": variables}, timeout=40
        ).json()
    except (httpx.TransportError, ValueError):
        return None
    made = (answer.get("data") or {}).get("createTeam")
    if made is None:
        return None  # an error that says so: the database is away, or the service is stopped
    if made["problems"]:
        with book.lock:
            book.wrong.append(f"{key}: {made['problems']}")
        return None
    return int(made["revision"])


def tortured(service: Tortured, kills: int, seed: int, writers: int = 8) -> Book:
    """Kill a service so many times at moments that chance chooses; gives the book, and stops it.

    What is in its folder already stays there.
    """
    chance = random.Random(seed)
    book = Book()
    with service.ended_in_any_case():
        service.start()
        _killed(service, kills, chance, writers, book)
        service.stop()
    return book


def _killed(service: Tortured, kills: int, chance: random.Random, writers: int, book: Book) -> None:
    with writing(service, writers, book):
        for _ in range(kills):
            before = book.count
            until = monotonic() + PATIENCE_S
            while book.count < before + 5 and monotonic() < until:
                sleep(0.005)
            assert book.count > before, "nothing was acknowledged any more"
            sleep(chance.uniform(0, 0.3))
            service.kill(chance.choice(list(Victim)))
