"""Kill -9 of the service, of a Neo4j and of both, under eight writers: nothing is lost."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from api.cli.dbcheck import checked
from api.engine import Host, hosted
from graph.store.neo4j_server import Neo4jServer, Series
from graph.workspace import Workspace
from tests.e2e.torturing import Tortured, tortured

KILLS = int(os.environ.get("HEADWATER_TEST_KILLS", "1"))
SEED = int(os.environ.get("HEADWATER_TEST_SEED", "3"))


@pytest.mark.parametrize("series", ["5.26", "2026"])
def test_nothing_that_was_acknowledged_is_lost_and_the_store_is_the_replay_of_its_log(
    tmp_path: Path, series: Series
) -> None:
    folder = tmp_path / "neo4j"
    with hosted(Neo4jServer.start(folder, series=series), Host("db neo4j")) as connection:
        Workspace.connect(connection).close()
        book = tortured(Tortured(folder, connection), KILLS, SEED)
        assert book.wrong == []
        with closing(Workspace.connect(connection)) as workspace:
            made = workspace.snapshot().keys("Team")
            log = workspace.changes(0)
            found = checked(workspace)
    assert set(book.acknowledged) <= set(made) <= set(book.acknowledged) | book.unknown
    assert [commit.revision for commit in log] == list(range(1, len(made) + 1))
    assert found.differences == ()
    assert book.count >= 5 * KILLS
