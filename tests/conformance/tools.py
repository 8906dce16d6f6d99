"""Running what others wrote, each from a folder of its own, and reading what it counted."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import orjson

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
JS = HERE / "js"
PATIENCE_S = 240.0


@dataclass(frozen=True, slots=True)
class Row:
    """What a tool found: so many of so many held, and its words where not all did."""

    name: str
    held: int
    of: int
    words: str = ""

    @property
    def line(self) -> str:
        return f"{self.name}: {self.held:,} of {self.of:,}"


def version(package: str) -> str:
    """Give a package of npm with the version that is locked."""
    lock = orjson.loads((JS / "package-lock.json").read_bytes())
    return f"{package} {lock['packages'][f'node_modules/{package}']['version']}"


def run(
    words: list[str | Path], folder: Path, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a tool to its end."""
    return subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def must(words: list[str | Path], folder: Path = JS) -> str:
    """Run a tool that has to end well; gives what it said."""
    done = run(words, folder, NO_COLOR="1")
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def tool(name: str) -> Path:
    """Give the command of a package of npm."""
    return JS / "node_modules" / ".bin" / name


def node(name: str, script: str, **environment: str) -> Row:
    """Run a script of Node's own test runner, and count its tests."""
    words: list[str | Path] = ["node", "--test", "--test-reporter=tap", script]
    done = run(words, JS, **environment)
    return Row(name, *counted(done), done.stdout)


def counted(done: "subprocess.CompletedProcess[str]") -> tuple[int, int]:
    """Give how many tests held, and of how many, as TAP counts them; a bad end is one that did not."""
    held, of = (_number(done.stdout, what) for what in ("pass", "tests"))
    return (held, of) if done.returncode == 0 else (min(held, max(of, 1) - 1), max(of, 1))


def _number(tap: str, what: str) -> int:
    found = re.search(rf"^# {what} (\d+)$", tap, re.MULTILINE)
    return int(found[1]) if found else 0
