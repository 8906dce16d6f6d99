"""A figure: what was measured, how often, and what it is held to."""

import os
import platform
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its runs; `bound` is the most its median may be."""

    name: str
    unit: str
    runs: tuple[float, ...]
    bound: float | None = None

    @property
    def value(self) -> float:
        """The median of the runs."""
        return median(self.runs)

    @property
    def holds(self) -> bool:
        """Whether the median keeps the bound."""
        return self.bound is None or self.value <= self.bound

    def __str__(self) -> str:
        """Give name, median, spread and bound in a line."""
        spread = f"{min(self.runs):.2f} to {max(self.runs):.2f} in {len(self.runs)}"
        held = "" if self.bound is None else f"  {'<=' if self.holds else 'MISSED'} {self.bound:g}"
        return f"{self.name:<58} {self.value:9.2f} {self.unit:<4} ({spread}){held}"


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Run once; give the seconds it took and what it gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def resident_megabytes(pid: int) -> float:
    """Give the resident memory of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def machine() -> str:
    """Name the machine the figures are from."""
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return (
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} cores, load {load}"
    )
