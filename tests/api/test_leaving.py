"""Clients that go away before they are answered."""

from collections.abc import Sequence
from contextlib import suppress
from time import monotonic, sleep

import httpx
import pytest

from api.settings import Settings
from graph.commands import CreateNode
from graph.model.changes import Commit
from graph.store.memory import MemoryStore
from graph.store.protocol import Replan, Write
from graph.workspace import Workspace
from tests.api.listening import served

PAGES = 12


class Slow(MemoryStore):
    """A store whose log takes its time: it gives one commit at a time, and counts them."""

    pages = 0

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Give commits."""
        sleep(0.2)
        self.pages += 1
        return super().commits(since, limit)[:1]


class Slower(MemoryStore):
    """A store that takes its time to write."""

    def append(self, write: Write, replan: Replan | None = None) -> Commit:
        """Write."""
        sleep(0.5)
        return super().append(write, replan)


def _left(host: str, query: str) -> None:
    with suppress(httpx.ReadTimeout):
        httpx.post(f"http://{host}/graphql", json={"query": query}, timeout=0.5)
        pytest.fail("the answer came before the client went away")


def test_what_a_client_reads_is_stopped_when_it_goes_away() -> None:
    store = Slow()
    workspace = Workspace(store)
    for at in range(PAGES):
        workspace.execute(CreateNode("Team", f"t{at}"), actor="x")
    with served(workspace, Settings()) as host:
        _left(host, '{ changes(filter: {actor: {eq: "nobody"}}) { totalCount } }')
        sleep(0.6)
        seen = store.pages
        sleep(0.6)
        assert store.pages == seen < PAGES
        answer = httpx.post(f"http://{host}/graphql", json={"query": "{ graph { revision } }"})
    assert answer.json()["data"] == {"graph": {"revision": PAGES}}


def test_all_that_a_client_writes_is_written_though_it_goes_away() -> None:
    workspace = Workspace(Slower())
    writes = " ".join(
        f'w{at}: createTeam(input: {{key: "t{at}", name: "T"}}) {{ __typename }}' for at in range(3)
    )
    with served(workspace, Settings()) as host:
        _left(host, f"mutation {{ {writes} }}")
        until = monotonic() + 10
        while workspace.snapshot().revision < 3 and monotonic() < until:
            sleep(0.05)
    assert workspace.snapshot().revision == 3
