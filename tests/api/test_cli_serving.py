"""The long-lived commands: starting, answering, sharing the engine, and every way to stop."""

import asyncio
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from api.cli.ports import PORTS_TRIED, listen
from graph.store.child import free_port
from graph.store.guard import birthmark
from tests.api.running import PATIENCE, document, headwater, item, run, running


def address_in(said: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found is not None
    return found.group()


def ask(address: str, query: str) -> dict[str, object]:
    reply = httpx.post(f"{address}/graphql", json={"query": query}, timeout=10)
    assert reply.status_code == 200
    return dict(reply.json())


def engine_pid(folder: Path) -> int:
    return int((folder / "engine.pid").read_text(encoding="utf-8").split()[0])


def wait_for_the_end_of(pid: int) -> None:
    """Where its holder was interrupted just then, the engine's guard ends it a moment later."""
    deadline = time.monotonic() + PATIENCE
    while birthmark(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def taken_port() -> Iterator[int]:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def test_nothing_answers_before_the_graph_is_served_and_then_it_is_ready(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    written = document(tmp_path / "x.jsonl", item("seen"))
    assert headwater("import", "document", written, "--data-dir", folder).code == 0
    port = free_port()
    address, silent = f"http://127.0.0.1:{port}", 0
    with running("serve", "--port", str(port), "--data-dir", folder, folder=tmp_path / "said"):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                first = httpx.get(f"{address}/ready", timeout=0.1)
            except httpx.TransportError:
                silent += 1
                assert time.monotonic() < deadline
            else:
                break
        assert silent > 1
        assert (first.status_code, first.json()["revision"]) == (200, 1)
        assert ask(address, '{ workItem(key: "seen") { key } }')["data"] == {
            "workItem": {"key": "seen"}
        }


def test_serve_answers_and_others_use_its_engine_until_ctrl_c(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    words = ("serve", "--port", "0", "--data-dir", folder)
    with running(*words, folder=tmp_path / "said") as service:
        said = service.wait_for("Ready after")
        address = address_in(said)
        assert f"{address}/graphql" in said
        assert ask(address, "{ __typename }")["data"] == {"__typename": "Query"}
        written = document(tmp_path / "x.jsonl", item("seen"))
        assert headwater("import", "document", written, "--data-dir", folder).code == 0
        assert headwater("trace", "seen", "--data-dir", folder, "--json").code == 0
        second = headwater("serve", "--port", "0", "--data-dir", folder)
        assert second.code == 2
        assert f"in use by process {service.pid}" in second.err
        refused = headwater("db", "stop", "--data-dir", folder)
        assert refused.code == 2
        assert "headwater serve" in refused.err
        engine = engine_pid(folder)
        service.send(signal.SIGINT)
        assert service.ended() == 0
        assert "Traceback" not in service.out + service.err
        assert service.err == ""
    wait_for_the_end_of(engine)
    assert not (folder / "endpoint.json").exists()
    assert headwater("trace", "seen", "--data-dir", folder, "--json").code == 0


def test_sigterm_stops_the_service_as_cleanly(tmp_path: Path) -> None:
    words = ("serve", "--port", "0", "--data-dir", tmp_path / "graph")
    with running(*words, folder=tmp_path / "said") as service:
        service.wait_for("Ready after")
        service.send(signal.SIGTERM)
        assert service.ended() == 0
        assert service.err == ""


def test_ctrl_c_while_the_engine_starts_leaves_nothing_running(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    with running("serve", "--port", "0", "--data-dir", folder, folder=tmp_path / "said") as service:
        deadline = time.monotonic() + PATIENCE
        while not (folder / "engine.pid").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        engine = engine_pid(folder)
        service.send(signal.SIGINT)
        assert service.ended() == 0
        assert "Traceback" not in service.err
    wait_for_the_end_of(engine)


def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    with taken_port() as port:
        done = headwater("serve", "--port", str(port), "--data-dir", folder)
    assert done.code == 2
    assert done.err.startswith(f"headwater: port {port} of 127.0.0.1 is in use")
    assert not folder.exists()


def test_what_can_be_reached_from_elsewhere_without_a_login_is_not_served(tmp_path: Path) -> None:
    words = ("--port", "0", "--data-dir", tmp_path / "graph", "--host", "0.0.0.0")
    done = headwater("serve", *words)
    assert done.code == 2
    assert "can be reached from other machines" in done.err
    assert not (tmp_path / "graph").exists()


def imports(folder: Path) -> int:
    return headwater("log", "--data-dir", folder, "--json").out.count('"command":"import"')


def test_the_demo_imports_once_and_answers_four_questions(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = run("demo", "--no-serve", "--data-dir", folder)
    assert (first.code, first.err) == (0, "")
    assert "Imported 4,479 records" in first.out
    assert "76 problems of form" in first.out
    assert len((folder / "problems.txt").read_text(encoding="utf-8").splitlines()) == 76
    for said in ("sig-node", "kep-3063 → ", "1. ", "2. ", "3. ", "4. ", "Company/sourcegraph"):
        assert said in first.out
    second = run("demo", "--no-serve", "--data-dir", folder)
    assert second.code == 0
    assert "Imported before" in second.out
    assert "76 problems of form" in second.out
    assert imports(folder) == 1


def test_a_demo_killed_during_its_import_starts_again_and_serves(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    words = ("demo", "--data-dir", folder, "--port", "0")
    with running(*words, "--no-serve", folder=tmp_path / "first") as demo:
        demo.wait_for("The engine runs")
        time.sleep(0.4)
        killed = demo.pid
        demo.send(signal.SIGKILL)
        assert demo.ended() == -signal.SIGKILL
    with running(*words, folder=tmp_path / "second") as demo:
        said = demo.wait_for("Ready after")
        assert "1,186 nodes, 3,293 relationships" in said
        assert f"Process {killed}, which had {folder}, was killed" in said
        answer = ask(address_in(said), "{ __schema { queryType { name } } }")
        assert answer["data"] == {"__schema": {"queryType": {"name": "Query"}}}
        assert imports(folder) == 1
        assert headwater("db", "check", "--data-dir", folder).code == 0
        demo.send(signal.SIGINT)
        assert demo.ended() == 0
        assert demo.err == ""


def test_where_a_port_is_taken_the_demo_takes_the_next_free_one() -> None:
    with taken_port() as port, closing(listen("127.0.0.1", port, further=True)) as found:
        assert port < found.getsockname()[1] <= port + PORTS_TRIED


def test_answers_on_a_kept_connection_are_sent_at_once() -> None:
    async def without_delay() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted: socket.socket = writer.get_extra_info("socket")
            found.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with closing(listen("127.0.0.1", 0)) as taken:
            async with await asyncio.start_server(serve, sock=taken):
                _, writer = await asyncio.open_connection(*taken.getsockname()[:2])
                try:
                    return await found
                finally:
                    writer.close()

    assert asyncio.run(without_delay()) != 0


def test_a_port_that_was_asked_for_and_is_taken_is_told(tmp_path: Path) -> None:
    with taken_port() as port:
        done = headwater("demo", "--port", str(port), "--data-dir", tmp_path / "demo")
    assert done.code == 2
    assert "is in use" in done.err
    assert not (tmp_path / "demo").exists()


def test_ctrl_c_ends_a_command_that_is_no_server_with_130(tmp_path: Path) -> None:
    words = ("import", "document", "-", "--data-dir", tmp_path / "graph")
    with running(*words, folder=tmp_path / "said") as waiting:
        time.sleep(2)
        waiting.send(signal.SIGINT)
        assert waiting.ended() == 130
        assert "Traceback" not in waiting.err
    assert not (tmp_path / "graph").exists()
