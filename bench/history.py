"""What was measured before, kept in the repository: one run a line, as JSON."""

import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Final

import orjson

from bench.figures import Figure

HISTORY: Final = Path(__file__).parent / "history.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the bench: when, on which commit and machine, and the medians by their names."""

    at: str
    commit: str
    machine: str
    values: Mapping[str, float]


def runs(path: Path = HISTORY) -> Iterator[Run]:
    """Give what was recorded, the oldest first."""
    if path.exists():
        for line in path.read_bytes().splitlines():
            yield Run(**orjson.loads(line))


def last(machine: str, path: Path = HISTORY) -> Mapping[str, float]:
    """Give the newest recorded median of each figure on a machine."""
    found: dict[str, float] = {}
    for run in runs(path):
        if run.machine == machine:
            found |= run.values
    return found


def record(figures: Sequence[Figure], machine: str, path: Path = HISTORY) -> None:
    """Add a run."""
    values = {figure.name: round(figure.value, 3) for figure in figures}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = orjson.dumps(asdict(Run(at, _commit(), machine, values)))
    with path.open("ab") as file:
        file.write(line + b"\n")


def change(figure: Figure, before: Mapping[str, float]) -> str:
    """Tell how a figure has changed since it was last recorded; "" where it never was."""
    known = before.get(figure.name)
    return f"  {(figure.value / known - 1) * 100:+.0f} % since {known:g}" if known else ""


def this_machine() -> str:
    """Name a machine so that runs on the like of it can be compared."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
    return f"{model or platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}"


def _commit() -> str:
    words = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
