"""An engine that is killed while a command uses it."""

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from api.engine import Host, engine_of, hosted
from graph.errors import EngineFailed, StoreUnreachable
from graph.store.embedded import EmbeddedEngine
from tests.api.running import PATIENCE


def test_an_engine_that_ends_in_use_is_named_with_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    engine = EmbeddedEngine.start(folder)
    with (
        pytest.raises(EngineFailed, match=f"the engine of {folder} ended while it was used"),
        engine_of(folder, lambda: engine),
    ):
        _used_while_killed(folder, engine)


def _used_while_killed(folder: Path, engine: EmbeddedEngine) -> None:
    os.kill(int((folder / "engine.pid").read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while engine.running and time.monotonic() < deadline:
        time.sleep(0.02)
    raise StoreUnreachable("no database answers")


def test_an_address_where_nothing_answers_stays_one_while_the_engine_runs(tmp_path: Path) -> None:
    start = partial(EmbeddedEngine.start, tmp_path / "graph")
    with pytest.raises(StoreUnreachable), engine_of(tmp_path / "graph", start):
        raise StoreUnreachable("no database answers")


def test_an_engine_that_another_process_holds_and_does_not_answer_is_told_with_it(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "graph"
    start = partial(EmbeddedEngine.start, folder)
    with hosted(start(), Host("serve")):
        told = f"which process {os.getpid()} holds, does not answer"
        with pytest.raises(StoreUnreachable, match=told), engine_of(folder, start):
            raise StoreUnreachable("no database answers")
