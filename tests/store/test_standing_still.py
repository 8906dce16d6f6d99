"""A writer that stands still in the midst of its write does not hold up the others for good."""

from collections.abc import Sequence
from threading import Event, Thread

from neo4j import GraphDatabase

from graph.errors import Contended, StoreFailed
from graph.model.changes import Commit
from graph.store.connection import Connection
from graph.store.protocol import Write
from graph.store.writer import DriverStore
from tests.store.creating import creating


def test_others_write_on_past_a_writer_that_stands_still_under_the_lock(
    connection: Connection,
) -> None:
    other = DriverStore.connect(connection)
    auth = (connection.user, connection.password)
    still = DriverStore(GraphDatabase.driver(connection.uri, auth=auth), connection, write_s=1)
    other.append(creating("first", 0))
    locked, go_on = Event(), Event()
    told: list[str] = []

    def replan(missed: Sequence[Commit]) -> Write:
        locked.set()
        go_on.wait(60)
        return creating("still", missed[-1].revision)

    def write() -> None:
        try:
            told.append(f"revision {still.append(creating('still', 0), replan).revision}")
        except (StoreFailed, Contended) as error:
            told.append(error.message)

    writer = Thread(target=write)
    writer.start()
    assert locked.wait(30)
    other.append(creating("second", 1))
    go_on.set()
    writer.join()
    kept = ["still"] if told == ["revision 3"] else []
    assert kept or told == ["the database ended a write that took too long"]
    assert sorted(other.load().keys("Team")) == ["first", "second", *kept]
    assert [commit.actor for commit in other.commits(0)] == ["first", "second", *kept]
    for each in (still, other):
        each.close()
