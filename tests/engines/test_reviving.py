"""An engine that is killed under a service comes back by itself, with all that it acknowledged."""

import os
import signal
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

from api.engine import Host, hosted
from graph.commands import CreateNode
from graph.store.embedded import EmbeddedEngine
from graph.workspace import Workspace


def killed(engine: EmbeddedEngine) -> int:
    pid = engine.pid
    os.kill(pid, signal.SIGKILL)
    return pid


def test_an_engine_that_is_killed_is_there_again_at_its_address(tmp_path: Path) -> None:
    engine = EmbeddedEngine.start(tmp_path)
    with hosted(engine, Host("serve")) as connection:
        workspace = Workspace.connect(connection)
        workspace.execute(CreateNode("Team", "before"), actor="x")
        before = killed(engine)
        assert set(workspace.snapshot().keys("Team")) == {"before"}  # reads need no engine
        workspace.execute(CreateNode("Team", "meanwhile"), actor="x")
        assert engine.pid != before
        assert engine.uri == connection.uri
        workspace.close()
        again = Workspace.connect(connection)
        assert set(again.snapshot().keys("Team")) == {"before", "meanwhile"}
        again.close()
    assert not engine.running


def test_writers_go_on_through_the_end_of_an_engine_and_each_write_is_there_once(
    tmp_path: Path,
) -> None:
    engine = EmbeddedEngine.start(tmp_path)
    done, written = Event(), []
    with hosted(engine, Host("serve")) as connection:
        workspace = Workspace.connect(connection)

        def write(name: str) -> None:
            at = 0
            while not done.is_set():
                workspace.execute(CreateNode("Team", f"{name}{at}"), actor=name)
                written.append(f"{name}{at}")
                at += 1

        threads = [Thread(target=write, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for _ in range(2):
            many = len(written) + 20
            until = monotonic() + 60
            while len(written) < many and monotonic() < until:
                sleep(0.01)
            killed(engine)
        many = len(written) + 20
        while len(written) < many and monotonic() < until + 60:
            sleep(0.01)
        done.set()
        for thread in threads:
            thread.join()
        workspace.close()
        again = Workspace.connect(connection)
        assert sorted(again.snapshot().keys("Team")) == sorted(written)
        assert again.snapshot().revision == len(written)
        again.close()


def test_an_engine_that_is_stopped_is_not_started_again(tmp_path: Path) -> None:
    engine = EmbeddedEngine.start(tmp_path)
    with hosted(engine, Host("serve")):
        pass
    sleep(0.5)
    assert not engine.running
    EmbeddedEngine.start(tmp_path).stop()  # the folder is free
