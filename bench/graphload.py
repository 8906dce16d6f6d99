"""The synthetic organisation into an engine and back: import, snapshot load, memory of the service."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Figure, resident_megabytes, timed
from bench.starts import served
from graph.commands import CreateNode, Import
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.store.neo4j_server import Neo4jServer
from graph.workspace import Workspace
from seeds.generate import generate

LOAD_BOUND_S = 15.0
SNAPSHOT_BOUND_S = 1.5
MEMORY_BOUND_MB = 300.0
SEED = 1


def graph_figures(folder: Path, engine: str, teams: int, runs: int) -> list[Figure]:
    """Measure on one engine; each import goes into an engine of its own."""
    imports: list[float] = []
    loads: list[float] = []
    writes: list[float] = []
    memory: list[float] = []
    counts = (0, 0)
    records = list(generate(teams, SEED))
    for run in range(runs):
        place = folder / str(run)
        with started(engine, place) as connection:
            workspace = Workspace.connect(connection)
            command = Import(records)
            imports.append(timed(lambda w=workspace, c=command: w.execute(c, actor="bench"))[0])  # type: ignore[misc]
            workspace.close()
            for _ in range(3):
                seconds, fresh = timed(lambda c=connection: Workspace.connect(c))  # type: ignore[misc]
                counts = fresh.snapshot().count()
                fresh.close()
                loads.append(seconds)
            writes += _writes(connection)
            if run == 0:
                with served(place / "unused", connection) as (service, _):
                    memory.append(resident_megabytes(service.pid))
    name = f"{teams} teams, {counts[0]:,} nodes, {counts[1]:,} relationships, {engine}: "
    full = teams <= 750
    return [
        Figure(name + "import", "s", tuple(imports), LOAD_BOUND_S if full else None),
        Figure(name + "snapshot load", "s", tuple(loads), SNAPSHOT_BOUND_S if full else None),
        Figure(name + "one write", "ms", tuple(writes)),
        Figure(name + "resident", "MB", tuple(memory), MEMORY_BOUND_MB if full else None),
    ]


def _writes(connection: Connection) -> Iterator[float]:
    """Give milliseconds of single writes, after one that warms the engine up."""
    workspace = Workspace.connect(connection)
    for number in range(21):
        create = CreateNode("Team", f"bench-{number}")
        seconds, _ = timed(lambda c=create: workspace.execute(c, actor="bench"))  # type: ignore[misc]
        if number:
            yield seconds * 1e3
    workspace.close()


@contextmanager
def started(engine: str, folder: Path) -> Iterator[Connection]:
    """Run an engine over a folder for as long as the context is open."""
    found: EmbeddedEngine | Neo4jServer
    if engine == "embedded":
        found = EmbeddedEngine.start(folder)
    else:
        found = Neo4jServer.start(folder, series="5.26" if engine == "5.26" else "2026")
    with found as running:
        yield Connection(running.uri, running.user, running.password)
