"""`serve --workers`: several processes that answer on one port, and leave together."""

import os
import re
import signal
from pathlib import Path

import httpx

from graph.store.guard import birthmark
from tests.api.running import Running, headwater, running
from tests.api.test_cli_serving import address_in, ask, taken_port, wait_for_the_end_of
from tests.waiting import eventually


def workers_of(pid: int) -> set[int]:
    """Give the processes that a service has beside itself to answer."""
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            if b"api.cli.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(int(child))
    return found


def answering(address: str) -> set[str]:
    """Give by what time they were started those who answer on an address: a connection each."""
    found = set()
    for _ in range(40):
        text = httpx.get(f"{address}/metrics", timeout=10).text
        match = re.search(r"^process_start_time_seconds (\S+)$", text, re.MULTILINE)
        assert match is not None
        found.add(match.group(1))
    return found


def started(service: Running, count: int) -> str:
    """Wait until so many processes answer; give the address."""
    address = address_in(service.wait_for("Ready after"))
    eventually(lambda: len(answering(address)) == count)
    return address


def test_both_answer_with_what_the_other_wrote_until_ctrl_c(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    words = ("serve", "--port", "0", "--workers", "2", "--dev", "--data-dir", folder)
    with running(*words, folder=tmp_path / "said") as service:
        address = started(service, 2)
        (worker,) = workers_of(service.pid)
        for number in range(20):
            made = ask(
                address, f'mutation {{ createTeam(input: {{key: "t{number}"}}) {{ revision }} }}'
            )
            assert made["data"] == {"createTeam": {"revision": number + 1}}
        for _ in range(20):
            reply = httpx.post(
                f"{address}/graphql",
                json={"query": "{ teams { totalCount } }"},
                headers={"Headwater-Revision": "20"},
                timeout=10,
            )
            assert reply.json()["data"] == {"teams": {"totalCount": 20}}
        service.send(signal.SIGINT)
        assert service.ended() == 0
        assert "Traceback" not in service.out + service.err
        wait_for_the_end_of(worker)
    assert headwater("export", "--data-dir", folder).out.count("t1") > 0


def test_a_worker_that_ends_is_started_again_and_none_outlives_its_service(tmp_path: Path) -> None:
    words = ("serve", "--port", "0", "--workers", "2", "--dev", "--data-dir", tmp_path / "graph")
    with running(*words, folder=tmp_path / "said") as service:
        address = started(service, 2)
        (first,) = workers_of(service.pid)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: bool(workers_of(service.pid) - {first}))
        started(service, 2)
        assert ask(address, "{ __typename }")["data"] == {"__typename": "Query"}
        (second,) = workers_of(service.pid)
        service.send(signal.SIGKILL)
        eventually(lambda: not birthmark(second))


def test_a_port_of_somebody_else_is_not_shared(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    with taken_port() as port:
        done = headwater("serve", "--workers", "2", "--port", str(port), "--data-dir", folder)
    assert done.code == 2
    assert done.err.startswith(f"headwater: port {port} of 127.0.0.1 is in use")
    assert not folder.exists()


def test_a_service_with_workers_has_its_port_for_itself(tmp_path: Path) -> None:
    words = ("serve", "--port", "0", "--workers", "2", "--dev", "--data-dir", tmp_path / "graph")
    with running(*words, folder=tmp_path / "said") as service:
        port = started(service, 2).rpartition(":")[2]
        for more in ((), ("--workers", "2")):
            other = headwater("serve", "--port", port, "--data-dir", tmp_path / "other", *more)
            assert other.code == 2
            assert "is in use" in other.err


def test_how_many_there_may_be_is_told(tmp_path: Path) -> None:
    for count in ("0", "65", "two"):
        done = headwater("serve", "--workers", count, "--data-dir", tmp_path / "graph")
        assert done.code == 2
        assert "--workers" in done.err
    assert not (tmp_path / "graph").exists()
