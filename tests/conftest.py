"""The engines that the suites run on.

`HEADWATER_TEST_ENGINE` chooses where: `embedded` (the default), or a real Neo4j of series `5.26` or
`2026`. The tests are the same on all of them.

`HEADWATER_TEST_SEARCH=1` lets hypothesis look for new examples in each run; otherwise each run tries
the same ones, so that a change is not held up by what it did not touch.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.store.neo4j_server import Neo4jServer
from tests.cleaning import emptied

# No test is timed: what else the machine does must not fail it.
settings.register_profile(
    "headwater",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("HEADWATER_TEST_SEARCH") != "1",
)
settings.load_profile("headwater")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Give the address of a running engine with nothing in it."""
    folder: Path = tmp_path_factory.mktemp("engine")
    with _started(os.environ.get("HEADWATER_TEST_ENGINE", "embedded"), folder) as running:
        yield Connection(running.uri, running.user, running.password)


def _started(name: str, folder: Path) -> EmbeddedEngine | Neo4jServer:
    if name == "embedded":
        return EmbeddedEngine.start(folder)
    if name in {"5.26", "2026"}:
        return Neo4jServer.start(folder, series="5.26" if name == "5.26" else "2026")
    raise pytest.UsageError(f"HEADWATER_TEST_ENGINE is {name!r}; it takes embedded, 5.26 or 2026")


@pytest.fixture
def connection(engine: Connection) -> Connection:
    """Give the address of a running engine whose database was just emptied."""
    emptied(engine)
    return engine
