"""Our service beside `@neo4j/graphql` with GraphQL Yoga: one Neo4j, one organisation, in one run.

python -m bench.peering [--teams 100 --teams 750] [--rounds 2] [--seconds 2] [--engine embedded]
[--only Q2,Q8] [--flame q2.svg]; needs Node, Java 25 and Maven.
"""

import argparse
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

from bench.figures import resident_megabytes
from bench.graphload import started
from bench.starts import await_ready, running
from graph.commands import Import
from graph.model.entities import Objective
from graph.model.records import NodeRecord, Record
from graph.store.child import free_port
from graph.store.connection import Connection
from graph.workspace import Workspace
from seeds.generate import generate

PEER: Final = Path(__file__).parent / "peer"
PATIENCE_S: Final = 60.0
PART: Final = 50_000
"""Records in a write: Neo4j as it comes has room for some more."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Where both are: their ports and processes, and what it takes to ask."""

    ours: int
    our_pid: int
    peer: int
    peer_pid: int
    token: str


def main() -> None:
    """Measure, and print a table for each size, and how each cost grows with it."""
    asked = _arguments()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, ours on {asked.engine}")
    costs: dict[str, dict[int, float]] = {}
    for teams in asked.teams or [750]:
        print(f"\n== {teams:,} teams", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for name, milliseconds in _compared(Path(folder), teams, asked):
                costs.setdefault(name, {})[teams] = milliseconds
    for name, found in costs.items():
        if len(found) > 1:
            print(f"{name:<70} grows with the teams to the {_exponent(found):5.2f}")


def _compared(folder: Path, teams: int, asked: argparse.Namespace) -> Iterator[tuple[str, float]]:
    """Compare both on one size; gives what was asked, by whom, and the milliseconds it took."""
    with ExitStack() as held:
        theirs = held.enter_context(started("2026", folder / "neo4j"))
        names = _loaded(theirs, teams)
        ours = theirs
        if asked.engine == "embedded":
            ours = held.enter_context(started("embedded", folder / "embedded"))
            _loaded(ours, teams)
        sides = held.enter_context(_both(folder, ours, theirs))
        names["after"] = _cursor(sides)
        for row in _measured(sides, names, asked):
            _tell(row)
            for each in row["told"]:
                way = "" if each["side"] == "peer" else ", made anew" if each["anew"] else ", kept"
                yield f"{row['name']}: {each['side']}{way}", each["p50"]
        if asked.flame:
            _draw(sides, names, Path(asked.flame))
        megabytes = resident_megabytes(sides.our_pid), resident_megabytes(sides.peer_pid)
        print(f"memory: ours {megabytes[0]:.0f} MB, peer {megabytes[1]:.0f} MB")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.peering", description=__doc__)
    parser.add_argument("--teams", type=int, action="append", help="750; may be given repeatedly")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--engine", choices=("2026", "embedded"), default="2026", help="ours")
    parser.add_argument("--only", default="", help="names of queries, as Q2,Q8")
    parser.add_argument("--flame", default="", help="draw our Q2, made anew, into this SVG")
    return parser.parse_args()


def _exponent(found: Mapping[int, float]) -> float:
    """Give to what power of the size a cost grows: the slope of a line through the logarithms."""
    points = [(math.log(size), math.log(cost)) for size, cost in found.items()]
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def _draw(sides: Sides, names: Mapping[str, str], into: Path) -> None:
    """Sample our process while it answers Q2 anew, and draw where its time goes."""
    sampler = ["tool", "run", "--quiet", "py-spy@0.4.2", "record", "--pid", str(sides.our_pid)]
    drawing = ["--duration", "8", "--rate", "200", "--output", str(into), "--nonblocking"]
    uv = Path(sys.executable).with_name("uv")
    with subprocess.Popen([uv, *sampler, *drawing], stdout=subprocess.DEVNULL) as sampling:
        list(_asked(sides, names, {"rounds": 1, "seconds": 10.0, "only": "Q2", "alone": True}))
        sampling.wait(PATIENCE_S)
    print(f"where the time of Q2 goes: {into}")


def _loaded(connection: Connection, teams: int) -> dict[str, str]:
    """Fill the database; gives a team and an objective in the middle of it."""
    with closing(Workspace.connect(connection)) as workspace:
        for part in _parts(teams):
            workspace.execute(Import(part), actor="bench")
        snapshot = workspace.snapshot()
        keys = sorted(snapshot.keys("Team"))
        goals = [each for each in snapshot.ordered(Objective) if each.key.startswith("team-")]
        return {"team": keys[len(keys) // 2], "objective": goals[len(goals) // 2].key}


def _parts(teams: int) -> Iterator[list[Record]]:
    """Give an organisation in parts that a write can hold, nodes before what joins them."""
    records = list(generate(teams, 1))
    if len(records) <= PART:
        yield records
        return
    records.sort(key=lambda record: not isinstance(record, NodeRecord))
    for begin in range(0, len(records), PART):
        yield records[begin : begin + PART]


@contextmanager
def _both(folder: Path, own: Connection, theirs: Connection) -> Iterator[Sides]:
    database = _named(theirs)
    ours = os.environ | {f"HEADWATER_{name}": value for name, value in _named(own).items()}
    # All that is on by default is on; the cascade of a whole company is above the usual cost.
    ours |= {"HEADWATER_AUTH": "tokens", "HEADWATER_MAX_COST": str(10**12)}
    ours |= {"HEADWATER_RATE_PER_S": "0", "HEADWATER_DATA_DIR": str(folder / "unused")}
    token = _token(ours)
    port = free_port()
    environment = os.environ | database | {"PORT": str(port)}
    with running(["serve"], ours) as (process, our_port):
        await_ready(our_port)
        peer = subprocess.Popen(
            ["node", "server.mjs"], cwd=PEER, env=environment, stdout=subprocess.PIPE
        )
        try:
            assert peer.stdout is not None
            if peer.stdout.readline() != b"ready\n":
                msg = "the peer did not start"
                raise RuntimeError(msg)
            yield Sides(our_port, process.pid, port, peer.pid, token)
        finally:
            peer.terminate()
            peer.wait(PATIENCE_S)


def _named(connection: Connection) -> dict[str, str]:
    return {
        "NEO4J_URI": connection.uri,
        "NEO4J_USER": connection.user,
        "NEO4J_PASSWORD": connection.password,
    }


def _token(environment: dict[str, str]) -> str:
    words = [sys.executable, "-m", "api.cli", "token", "create", "bench", "--role", "admin"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    return next(word for word in done.stdout.split() if word.startswith("hw_"))


def _cursor(sides: Sides) -> str:
    query = "{ workItems(first: 500) { pageInfo { endCursor } } }"
    answer = httpx.post(
        f"http://127.0.0.1:{sides.ours}/graphql",
        json={"query": query},
        headers={"authorization": f"Bearer {sides.token}"},
    )
    found: str = answer.json()["data"]["workItems"]["pageInfo"]["endCursor"]
    return found


def _measured(
    sides: Sides, names: Mapping[str, str], asked: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    bounds = {"rounds": asked.rounds, "seconds": asked.seconds, "only": asked.only}
    return _asked(sides, names, {**bounds, "alone": False})


def _asked(
    sides: Sides, names: Mapping[str, str], bounds: Mapping[str, object]
) -> Iterator[dict[str, Any]]:
    given = {
        **names,
        **bounds,
        "ours": f"http://127.0.0.1:{sides.ours}",
        "peer": f"http://127.0.0.1:{sides.peer}",
        "token": sides.token,
    }
    environment = os.environ | {"BENCH": orjson.dumps(given).decode()}
    asking = subprocess.Popen(
        ["node", "measure.mjs"], cwd=PEER, env=environment, stdout=subprocess.PIPE
    )
    assert asking.stdout is not None
    for line in asking.stdout:
        yield orjson.loads(line)
    if asking.wait() != 0:
        msg = "the questions were not answered; see above"
        raise RuntimeError(msg)


def _tell(row: dict[str, Any]) -> None:
    peer = next(each for each in row["told"] if each["side"] == "peer")
    same = {None: "", True: "same data", False: "OTHER DATA"}[row["equal"]]
    print(f"\n{row['name']}: {row['bytes']:,} bytes, the peer's {row['peerBytes']:,}; {same}")
    print(
        f"  peer            p50 {peer['p50']:8.2f} ms  p95 {peer['p95']:8.2f}  {peer['rate']:8.0f}/s"
    )
    for each in row["told"]:
        if each["side"] == "ours":
            name = "made anew" if each["anew"] else "kept"
            faster, more = peer["p50"] / each["p50"], each["rate"] / peer["rate"]
            print(
                f"  ours, {name:9} p50 {each['p50']:8.2f} ms  p95 {each['p95']:8.2f}"
                f"  {each['rate']:8.0f}/s   {faster:6.1f} x as fast, {more:6.1f} x the rate"
            )


if __name__ == "__main__":
    begun = time.perf_counter()
    main()
    print(f"took {time.perf_counter() - begun:.0f} s")
