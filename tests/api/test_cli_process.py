"""The command as a process: how fast it is there, and what it does with its outputs."""

import subprocess
import sys
from pathlib import Path

from api.cli.root import COMMANDS
from tests.api.running import ROOT, command_line, document, headwater, item, own_environment, run

HEAVY = ("neo4j", "networkx", "strawberry", "uvicorn", "pydantic_settings", "yaml", "orjson")


def test_help_lists_every_command_and_loads_none_of_what_they_need() -> None:
    script = (
        "import sys\n"
        "from api.cli import run\n"
        "sys.argv = ['headwater', '--help']\n"
        "try:\n    run()\n"
        f"finally:\n    print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
        check=True,
    )
    assert "loaded: []" in done.stdout
    for entry in COMMANDS:
        assert entry.name in done.stdout


def test_every_command_tells_its_own_help() -> None:
    for entry in COMMANDS:
        done = headwater(entry.name, "--help")
        assert done.code == 0, entry.name
        assert f"headwater {entry.name}" in done.out


def test_without_a_command_there_is_help_and_exit_code_2() -> None:
    done = run()
    assert done.code == 2
    assert "demo" in done.out
    assert run("--version").out.startswith("headwater 0.")


def test_a_reader_who_goes_away_is_met_with_silence(tmp_path: Path) -> None:
    path = document(tmp_path / "many.jsonl", *(item(f"item-{n}") for n in range(20_000)))
    with subprocess.Popen(
        command_line("export", "--file", path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=own_environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"kind": "WorkItem"')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


def test_a_reader_who_goes_away_from_a_table_is_met_with_silence_too(tmp_path: Path) -> None:
    path = document(tmp_path / "many.jsonl", *(item(f"item-{n}") for n in range(20_000)))
    with subprocess.Popen(
        command_line("analyze", "critical-path", "--file", path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=own_environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


def test_the_schema_is_printed_as_it_is_committed() -> None:
    done = headwater("schema")
    assert done.code == 0
    assert done.out == (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")


def test_an_answer_that_has_no_room_is_one_line(tmp_path: Path) -> None:
    path = document(tmp_path / "chain.jsonl", item("a", 1))
    words = command_line("analyze", "critical-path", "--json", "--file", path)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=own_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("headwater: the answer cannot be written: No space left")
    assert done.stderr.count("\n") == 1
