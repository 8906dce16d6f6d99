"""Several processes on one database: what one writes the others show, also one that was cut off."""

from contextlib import closing
from typing import cast

import httpx
import pytest

from graph.store.connection import Connection
from graph.store.writer import DriverStore
from tests.e2e.service import Answer, Service, serving
from tests.store.cutting import wired
from tests.waiting import eventually

READ = "query($key: String!) { team(key: $key) { key } }"
WRITE = "mutation($key: String!) { createTeam(input: {key: $key}) { revision } }"


@pytest.fixture
def prepared(connection: Connection) -> Connection:
    """Give a database that is ours already: of two processes that start at once, one makes it so."""
    with closing(DriverStore.connect(connection)):
        return connection


def write(service: Service, key: str) -> int:
    made = cast("dict[str, Answer]", service.ask(WRITE, key=key)["createTeam"])
    return cast("int", made["revision"])


def shows(service: Service, key: str) -> bool:
    return service.ask(READ, key=key)["team"] == {"key": key}


def test_what_one_process_writes_another_shows_by_itself_and_at_once_to_who_names_the_revision(
    prepared: Connection,
) -> None:
    with serving(prepared) as one, serving(prepared) as other:
        for at in range(5):
            revision = write(one, f"a{at}")
            headers = {"Headwater-Revision": str(revision)}
            at_once = other.answer(READ, {"key": f"a{at}"}, headers)
            assert at_once["data"] == {"team": {"key": f"a{at}"}}
            write(one, f"b{at}")
            eventually(lambda key=f"b{at}": shows(other, key))  # type: ignore[misc]


def test_a_process_that_was_cut_off_reads_on_meanwhile_and_catches_up_without_a_restart(
    prepared: Connection,
) -> None:
    with (
        wired(prepared, lambda _: None) as (address, wire),
        serving(prepared) as one,
        serving(address) as other,
    ):
        write(one, "before")
        eventually(lambda: shows(other, "before"))
        wire.fall()
        eventually(lambda: httpx.get(f"{other.url}/ready").json()["trouble"] is not None)
        missed = [f"missed{at}" for at in range(20)]
        for key in missed:
            write(one, key)
        assert shows(other, "before")
        assert not shows(other, missed[0])
        wire.down = False
        eventually(lambda: shows(other, missed[-1]))
        assert all(shows(other, key) for key in missed)
        assert httpx.get(f"{other.url}/ready").json()["trouble"] is None
        write(other, "after")
        eventually(lambda: shows(one, "after"))
