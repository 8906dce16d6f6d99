"""Opening a database: every way it can be the wrong one has one clear word."""

import pytest

from graph.commands import CreateNode
from graph.errors import (
    HeadwaterError,
    StoreFailed,
    StoreForeign,
    StoreNewer,
    StoreUnauthorised,
    StoreUnreachable,
)
from graph.store.child import free_port
from graph.store.connection import Connection
from graph.store.migrations import VERSION
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from tests.cleaning import run


def test_an_address_where_nothing_listens_is_named_with_the_way_out() -> None:
    uri = f"bolt://127.0.0.1:{free_port()}"
    with pytest.raises(StoreUnreachable) as caught:
        DriverStore.connect(Connection(uri, "neo4j", "secret-password"))
    assert uri in str(caught.value)
    assert "HEADWATER_NEO4J_URI" in caught.value.hint
    assert "secret-password" not in str(caught.value)


@pytest.mark.parametrize("uri", ["localhost:7687", "http://127.0.0.1:7474", "bolt:/x", "", "neo4j"])
def test_what_is_not_an_address_of_a_neo4j_is_refused_at_once(uri: str) -> None:
    with pytest.raises(StoreUnreachable) as caught:
        DriverStore.connect(Connection(uri))
    assert repr(uri) in caught.value.message


def test_a_malformed_port_is_refused_with_the_address() -> None:
    with pytest.raises(StoreUnreachable) as caught:
        DriverStore.connect(Connection("bolt://127.0.0.1:port"))
    assert "bolt://127.0.0.1:port" in caught.value.message


def test_a_wrong_password_is_told_without_showing_it(connection: Connection) -> None:
    with pytest.raises(StoreUnauthorised) as caught:
        DriverStore.connect(Connection(connection.uri, connection.user, "not-the-password"))
    assert connection.uri in str(caught.value)
    assert "not-the-password" not in str(caught.value)
    assert "not-the-password" not in repr(Connection("bolt://x", "u", "not-the-password"))


def test_a_database_the_server_does_not_have_is_an_error_of_ours(connection: Connection) -> None:
    with pytest.raises(HeadwaterError):
        DriverStore.connect(
            Connection(connection.uri, connection.user, connection.password, "nope")
        )


def test_a_database_that_holds_something_else_is_left_alone(connection: Connection) -> None:
    run(connection, "CREATE (:Actor {name: 'Keanu'}), (:Film {title: 'The Matrix'})")
    with pytest.raises(StoreForeign) as caught:
        DriverStore.connect(connection)
    assert "2 nodes" in caught.value.message
    assert run(connection, "MATCH (n) RETURN count(n)") == [[2]]
    assert run(connection, "MATCH (n:Ledger) RETURN count(n)") == [[0]]


def test_a_store_of_a_later_version_is_refused_and_not_touched(connection: Connection) -> None:
    DriverStore.connect(connection).close()
    run(connection, "MATCH (l:Ledger) SET l.version = 99")
    with pytest.raises(StoreNewer) as caught:
        DriverStore.connect(connection)
    assert "form 99" in caught.value.message
    assert str(VERSION) in caught.value.message
    assert run(connection, "MATCH (l:Ledger) RETURN l.version") == [[99]]


def test_a_writer_that_was_overtaken_by_a_newer_version_writes_nothing(
    connection: Connection,
) -> None:
    workspace = Workspace.connect(connection)
    run(connection, "MATCH (l:Ledger) SET l.version = 99")
    with pytest.raises(StoreNewer):
        workspace.execute(CreateNode("Team", "a"), actor="x")
    assert run(connection, "MATCH (t:Team) RETURN count(t)") == [[0]]
    workspace.close()


def test_opening_twice_migrates_once_and_keeps_what_is_there(connection: Connection) -> None:
    first = Workspace.connect(connection)
    first.execute(CreateNode("Team", "a"), actor="x")
    first.close()
    second = Workspace.connect(connection)
    assert second.snapshot().revision == 1
    assert run(connection, "MATCH (l:Ledger) RETURN l.version") == [[VERSION]]
    second.close()


def test_a_lost_ledger_is_told_and_nothing_is_written(connection: Connection) -> None:
    store = DriverStore.connect(connection)
    run(connection, "MATCH (l:Ledger) DELETE l")
    with pytest.raises(StoreForeign):
        store.load()
    store.close()


def test_a_failing_statement_is_told_without_the_driver_s_words(connection: Connection) -> None:
    store = DriverStore.connect(connection)
    workspace = Workspace(store)
    run(connection, "CREATE (:Change {revision: 1})")
    with pytest.raises((StoreFailed, HeadwaterError)) as caught:
        workspace.execute(CreateNode("Team", "a"), actor="x")
    assert "Change" not in str(caught.value)
    assert run(connection, "MATCH (t:Team) RETURN count(t)") == [[0]]
    store.close()
