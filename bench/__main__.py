"""Print the figures of bench/README.md: medians on this machine, each beside what it is held to.

python -m bench [--engine embedded|5.26|2026] [--teams 750] [--runs 3] [--packages FOLDER]
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bench.bottlenecks import bottleneck_figures
from bench.figures import Figure, machine
from bench.goals import goal_figures
from bench.graphload import graph_figures
from bench.impact import impact_figures
from bench.lists import list_figures
from bench.schedules import schedule_figures
from bench.starts import start_figures

PACKAGES = Path("../shared/data/debian_packages")
"""Where the packages of a Linux distribution are, if they are there: nodes.csv.gz, edges.csv.gz."""
ENGINES = ("embedded", "5.26", "2026")


def main() -> int:
    """Measure, print, and say with the exit code whether every figure holds."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--teams", type=int, default=750)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--only",
        choices=("starts", "goals", "bottlenecks", "impact", "lists", "schedules", "graph"),
        default=None,
    )
    parser.add_argument("--packages", type=Path, default=PACKAGES)
    options = parser.parse_args()
    print(machine(), flush=True)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as name:
        folder, runs = Path(name), options.runs
        measures: Mapping[str, Callable[[int], list[Figure]]] = {
            "starts": partial(start_figures, folder / "starts"),
            "goals": goal_figures,
            "bottlenecks": bottleneck_figures,
            "impact": partial(impact_figures, options.packages),
            "lists": list_figures,
            "schedules": schedule_figures,
        }
        for word, measure in measures.items():
            if options.only in {None, word}:
                figures += shown(measure(runs))
        if options.only in {None, "graph"}:
            for engine in options.engine or ["embedded"]:
                figures += shown(
                    graph_figures(folder / engine, engine, options.teams, options.runs)
                )
    missed = [figure for figure in figures if not figure.holds]
    print(f"{len(figures) - len(missed)} of {len(figures)} figures hold")
    return 1 if missed else 0


def shown(figures: list[Figure]) -> list[Figure]:
    """Print figures as they come."""
    for figure in figures:
        print(figure, flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
