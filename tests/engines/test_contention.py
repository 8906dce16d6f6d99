"""A write that meets another each time it is tried says so in the end, and leaves nothing."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from graph.errors import Contended
from graph.model.changes import Commit
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.store.protocol import Write
from graph.store.writer import DriverStore
from tests.store.creating import creating


def test_a_write_that_others_always_come_before_is_contended_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    with EmbeddedEngine.start(tmp_path) as engine:
        connection = Connection(engine.uri, engine.user, engine.password)
        other = DriverStore.connect(connection)
        driver = GraphDatabase.driver(
            engine.uri, auth=(engine.user, engine.password), max_transaction_retry_time=0.5
        )
        store = DriverStore(driver, connection)
        other.append(creating("first", 0))
        seen: list[int] = []

        def replan(missed: Sequence[Commit]) -> Write:
            """Give the write again; but while it is planned, somebody else writes."""
            seen.append(missed[-1].revision)
            other.append(creating(f"other{len(seen)}", missed[-1].revision))
            return creating("mine", missed[-1].revision)

        with pytest.raises(Contended) as caught:
            store.append(creating("mine", 0), replan)
        assert caught.value.hint == "nothing was written; try again"
        assert len(seen) > 1
        assert "mine" not in other.load().keys("Team")
        assert other.revision() == len(seen) + 1
        for each in (store, other):
            each.close()
