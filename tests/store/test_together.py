"""Statements that are sent in one: they do what they do one by one, in their order."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from neo4j import ManagedTransaction, Session

from graph.commands import CreateNode
from graph.errors import Refused
from graph.model.catalog import ENTITY
from graph.store import statements
from graph.store.connection import Connection
from graph.store.driver import open_driver
from graph.store.together import ROWS, STATEMENTS, Together
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from tests.store.cutting import wired

TEAM = ENTITY["Team"]
COUNT = "MATCH (n:Team) RETURN n.key AS key, n.name AS name ORDER BY key"


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    DriverStore.connect(connection).close()
    driver = open_driver(connection)
    with driver, driver.session(database=connection.database) as opened:
        yield opened


def teams(session: Session) -> list[tuple[str, str | None]]:
    def read(tx: ManagedTransaction) -> list[tuple[str, str | None]]:
        return [(record["key"], record["name"]) for record in tx.run(COUNT)]

    return session.execute_read(read)


def written(session: Session, work: Callable[[Together], None]) -> None:
    def write(tx: ManagedTransaction) -> None:
        together = Together(tx)
        work(together)
        together.flush()

    session.execute_write(write)


def rows(*keys: str, name: str = "x") -> list[dict[str, str]]:
    return [{"key": key, "name": name} for key in keys]


def test_they_are_run_in_their_order_and_see_what_those_before_them_did(session: Session) -> None:
    def work(together: Together) -> None:
        together.run(statements.create_nodes(TEAM), rows=rows("a", "b"))
        together.run(statements.replace_nodes(TEAM), rows=rows("a", name="changed"))
        together.run(statements.delete_nodes(TEAM), keys=["b"])
        together.run(statements.create_nodes(TEAM), rows=rows("c"))

    written(session, work)
    assert teams(session) == [("a", "changed"), ("c", "x")]


def test_one_that_finds_nothing_or_has_no_rows_stands_in_nobody_s_way(session: Session) -> None:
    def work(together: Together) -> None:
        together.run(statements.delete_nodes(TEAM), keys=["none"])
        together.run(statements.replace_nodes(TEAM), rows=rows("none"))
        together.run(statements.create_nodes(TEAM), rows=[])
        together.run(statements.create_nodes(TEAM), rows=rows("a"))
        together.run(statements.delete_nodes(TEAM), keys=["none"])

    written(session, work)
    assert teams(session) == [("a", "x")]


@pytest.mark.parametrize("count", [1, STATEMENTS, STATEMENTS + 1, 3 * STATEMENTS])
def test_as_many_as_there_are_are_run(session: Session, count: int) -> None:
    def work(together: Together) -> None:
        for number in range(count):
            together.run(statements.create_nodes(TEAM), rows=rows(f"t{number:03}"))

    written(session, work)
    assert [key for key, _ in teams(session)] == [f"t{number:03}" for number in range(count)]


def test_what_has_many_rows_comes_after_what_waits(session: Session) -> None:
    def work(together: Together) -> None:
        together.run(statements.create_nodes(TEAM), rows=rows("a"))
        many = [f"t{number:04}" for number in range(ROWS + 1)]
        together.run(statements.create_nodes(TEAM), rows=rows(*many))
        together.run(statements.delete_nodes(TEAM), keys=["a", *many[1:]])
        together.run(statements.create_nodes(TEAM), rows=rows("z"))

    written(session, work)
    assert [key for key, _ in teams(session)] == ["t0000", "z"]


def test_parameters_of_a_chain_are_told_apart() -> None:
    parts = ["UNWIND $rows AS row CREATE (:A {x: $x, y: $xs})", "MATCH (n {x: $x}) DELETE n"]
    assert statements.chained(parts) == (
        "UNWIND $rows_0 AS row CREATE (:A {x: $x_0, y: $xs_0})"
        " WITH count(*) AS done MATCH (n {x: $x_1}) DELETE n"
    )


def test_a_whole_write_is_one_statement_that_ends_where_the_ledger_stands_elsewhere() -> None:
    parts = ["UNWIND $rows AS row CREATE (:A {x: row})", "MATCH (n {x: $x}) DELETE n"]
    hold, *steps, move = statements.held(parts).split(" WITH l, count(*) AS done ")
    assert (hold, move) == (statements.HOLD_LEDGER, statements.MOVE_LEDGER)
    assert steps == ["UNWIND $rows_0 AS row CREATE (:A {x: row})", "MATCH (n {x: $x_1}) DELETE n"]


def test_a_small_write_takes_two_exchanges_with_the_database(connection: Connection) -> None:
    with (
        wired(connection, lambda _: None) as (address, wire),
        closing(Workspace.connect(address)) as workspace,
    ):
        workspace.execute(CreateNode("Team", "a"), actor="ann")
        before = wire.sent
        workspace.execute(CreateNode("Team", "b"), actor="ann")
        assert wire.sent - before == 2


def test_a_small_write_that_others_came_before_is_planned_anew_and_written_once(
    connection: Connection,
) -> None:
    with (
        closing(Workspace.connect(connection)) as one,
        closing(Workspace.connect(connection)) as other,
    ):
        one.execute(CreateNode("Team", "a"), actor="ann")
        assert other.execute(CreateNode("Team", "b"), actor="ben").revision == 2
        with pytest.raises(Refused):
            other.execute(CreateNode("Team", "a"), actor="ben")
        assert [commit.revision for commit in other.changes(0)] == [1, 2]
        assert sorted(other.snapshot().keys("Team")) == ["a", "b"]
