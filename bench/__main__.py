"""Print the figures of bench/README.md: medians on this machine, each beside what it is held to.

python -m bench [--engine embedded|5.26|2026] [--teams 750] [--runs 3] [--packages FOLDER] [--record]

Beside each stands how it has changed since it was last recorded on the like of this machine.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.bottlenecks import bottleneck_figures
from bench.figures import Figure, machine
from bench.goals import goal_figures
from bench.graphload import graph_figures
from bench.history import change, last, record, this_machine
from bench.impact import impact_figures
from bench.lists import list_figures
from bench.load import load_figures
from bench.refusals import refusal_figures
from bench.reliability import reliability_figures
from bench.schedules import schedule_figures
from bench.starts import start_figures
from bench.subscribers import subscriber_figures
from bench.workers import worker_figures

PACKAGES = Path("../shared/data/debian_packages")
"""Where the packages of a Linux distribution are, if they are there: nodes.csv.gz, edges.csv.gz."""
AREAS = (
    "starts",
    "goals",
    "bottlenecks",
    "impact",
    "lists",
    "limits",
    "schedules",
    "subscribers",
    "load",
    "workers",
    "reliability",
    "graph",
)
ENGINES = ("embedded", "5.26", "2026")


def main() -> int:
    """Measure, print, and say with the exit code whether every figure holds."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--teams", type=int, default=750)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=AREAS, default=None)
    parser.add_argument("--packages", type=Path, default=PACKAGES)
    parser.add_argument("--record", action="store_true", help="keep the run in bench/history.jsonl")
    options = parser.parse_args()
    here = this_machine()
    before = last(here)
    print(machine(), flush=True)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as name:
        for area, measure in _measures(Path(name), options).items():
            if options.only in {None, area}:
                figures += shown(measure(), before)
    if options.record:
        record(figures, here)
    missed = [figure for figure in figures if not figure.holds]
    print(f"{len(figures) - len(missed)} of {len(figures)} figures hold")
    return 1 if missed else 0


def _measures(folder: Path, options: argparse.Namespace) -> dict[str, Callable[[], list[Figure]]]:
    runs, engines = options.runs, options.engine or ["embedded"]
    return {
        "starts": lambda: start_figures(folder / "starts", runs),
        "goals": lambda: goal_figures(runs),
        "bottlenecks": lambda: bottleneck_figures(runs),
        "impact": lambda: impact_figures(options.packages, runs),
        "lists": lambda: list_figures(runs),
        "limits": lambda: refusal_figures(folder / "limits", runs),
        "schedules": lambda: schedule_figures(runs),
        "subscribers": lambda: subscriber_figures(folder / "subscribers"),
        "load": lambda: load_figures(folder / "load"),
        "workers": lambda: worker_figures(folder / "workers", options.teams),
        "reliability": lambda: reliability_figures(
            folder / "reliability", engines, options.teams, runs
        ),
        "graph": lambda: [
            figure
            for engine in engines
            for figure in graph_figures(folder / engine, engine, options.teams, runs)
        ],
    }


def shown(figures: list[Figure], before: Mapping[str, float]) -> list[Figure]:
    """Print figures as they come, and how they have changed."""
    for figure in figures:
        print(f"{figure}{change(figure, before)}", flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
