"""The service that the tools are held against, and the table of what they counted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from graph.store.connection import Connection
from tests.cleaning import emptied
from tests.conformance.organisation import document
from tests.conformance.tools import Row
from tests.e2e.service import Service, run, serving


class Held(Protocol):
    """Notes a row for the table; it fails unless all of it held, and it counts enough."""

    def __call__(self, row: Row, least: int = 1) -> None: ...


_ROWS = pytest.StashKey[list[Row]]()


@pytest.fixture(scope="session")
def service(engine: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service in a process of its own, over a graph that the command imported."""
    emptied(engine)
    path: Path = tmp_path_factory.mktemp("document") / "organisation.jsonl"
    path.write_text(document(), encoding="utf-8")
    imported = run(engine, "import", "document", str(path))
    assert imported.returncode == 0, imported.stderr
    with serving(engine, HEADWATER_SOCKET_WAIT_S="1") as running:
        yield running


@pytest.fixture
def held(request: pytest.FixtureRequest) -> Held:
    """Give what notes a row."""

    def note(row: Row, least: int = 1) -> None:
        request.config.stash.setdefault(_ROWS, []).append(row)
        assert row.of >= least, f"{row.line}\n{row.words}"
        assert row.held == row.of, f"{row.line}\n{row.words}"

    return note


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what each tool counted."""
    terminalreporter.section("conformance")
    for row in config.stash.get(_ROWS, []):
        terminalreporter.line(row.line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what writes at random after all that knows what is there."""
    items.sort(key=lambda item: "fuzzing" in item.nodeid)
