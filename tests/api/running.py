"""Running the command: in this process where that is enough, else in one of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from typer.testing import CliRunner

from api.cli import app

PATIENCE = 90.0
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        return dict(orjson.loads(self.out))


def headwater(*words: str | Path, stdin: str = "", **environment: str) -> Ran:
    """Run a command line in this process."""
    clean: dict[str, str | None] = dict.fromkeys(
        name for name in os.environ if name.startswith("HEADWATER_")
    )
    result = CliRunner().invoke(
        app, [str(word) for word in words], input=stdin, env={**clean, **environment}
    )
    return Ran(result.exit_code, result.stdout, result.stderr)


def command_line(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "api.cli", *map(str, words)]


def own_environment(**more: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("HEADWATER_")}
    return {**kept, **more}


def run(*words: str | Path, stdin: str = "", **environment: str) -> Ran:
    """Run a command line in a process of its own, to its end."""
    done = subprocess.run(
        command_line(*words),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=ROOT,
        env=own_environment(**environment),
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@contextmanager
def holding(place: Path, *lines: str) -> Iterator[Path]:
    """Have a data folder with a document's lines in it, whose engine runs in the background."""
    path = document(place.parent / "document.jsonl", *lines)
    assert run("db", "start", "--data-dir", place).code == 0
    assert headwater("import", "document", path, "--data-dir", place).code == 0
    yield place
    assert headwater("db", "stop", "--data-dir", place).code == 0


class Running:
    """A command that runs in a process of its own."""

    def __init__(self, words: Sequence[str | Path], folder: Path) -> None:
        self._out, self._err = folder / "out", folder / "err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                command_line(*words),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                cwd=ROOT,
                env=own_environment(),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def out(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return self._err.read_text(encoding="utf-8")

    def wait_for(self, words: str) -> str:
        """Wait until it has said something, on either stream; gives all it said on the first."""
        deadline = time.monotonic() + PATIENCE
        while words not in self.out and words not in self.err:
            assert self._process.poll() is None, f"it ended: {self.err}"
            assert time.monotonic() < deadline, f"it never said {words!r}: {self.out} {self.err}"
            time.sleep(0.02)
        return self.out

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ended(self) -> int:
        """Wait for its end; gives the exit code."""
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(PATIENCE)


@contextmanager
def running(*words: str | Path, folder: Path) -> Iterator[Running]:
    """Start a command; it is ended at the latest with the context."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Running(words, folder)
    try:
        yield found
    finally:
        found.close()


def document(path: Path, *lines: str) -> Path:
    """Write a document of JSON Lines."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def item(key: str, days: float = 1) -> str:
    return orjson.dumps({"kind": "WorkItem", "key": key, "duration_days": days}).decode()


def needs(one: str, other: str, **more: object) -> str:
    ends = {"rel": "DEPENDS_ON", "from": f"WorkItem/{one}", "to": f"WorkItem/{other}"}
    return orjson.dumps({**ends, **more}).decode()
