"""Many writers in several processes at once, each with a workspace of its own.

Run as a program it is one of the processes: it reads its order as JSON, and tells what its writers
met as JSON.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from threading import Lock, Thread

import orjson

from graph.commands import Command, CreateNode, Link, UpdateNode
from graph.commands.parents import ParentLink, Reparent
from graph.errors import Conflict, HeadwaterError, Refused
from graph.model.entities import Team
from graph.model.values import Ref
from graph.store.connection import Connection
from graph.workspace import Workspace

PATIENCE_S = 300.0
WRITERS = 16


@dataclass(frozen=True, slots=True)
class Order:
    """What the writers of one process are told: a task of `TASKS`, and how often each does it."""

    connection: Connection
    task: str
    first: int
    writers: int
    turns: int


Task = Callable[[Workspace, int, int], str]
"""Does one turn of a writer; gives what came of it."""


def _count(workspace: Workspace, writer: int, turn: int) -> str:
    """Read a number and write it back with one more, at the revision that it was read at."""
    del turn
    ref = Ref("Team", "total")
    while True:
        before = workspace.refresh().node(Team, "total")
        assert before is not None
        patch = {"capacity": (before.capacity or 0) + 1}
        try:
            workspace.execute(UpdateNode(ref, patch, before.revision), actor=f"w{writer}")
        except Conflict:
            continue
        return "counted"


def _tried(workspace: Workspace, writer: int, command: Command, done: str) -> str:
    """Write; gives `done`, or the code of what it was refused for."""
    try:
        workspace.execute(command, actor=f"w{writer}")
    except Refused as error:
        return error.violations[0].code.value
    return done


def _same_key(workspace: Workspace, writer: int, turn: int) -> str:
    """Make what all the others make, too."""
    return _tried(workspace, writer, CreateNode("Team", f"t{turn}"), "made")


def _same_link(workspace: Workspace, writer: int, turn: int) -> str:
    """Link what all the others link, too."""
    link = Link("MEMBER_OF", Ref("Person", f"p{turn}"), Ref("Team", "total"))
    return _tried(workspace, writer, link, "linked")


def _move(workspace: Workspace, writer: int, turn: int) -> str:
    """Move an objective away from where all the others move it away from, too."""
    goal, old = Ref("Objective", f"o{turn}"), Ref("Objective", "old")
    new = ParentLink(Ref("Objective", f"new{writer}"))
    return _tried(workspace, writer, Reparent(goal, [new], replace=[old]), "moved")


def _ring(workspace: Workspace, writer: int, turn: int) -> str:
    """Have a piece of work wait for the next writer's: of a ring, one link must not be made."""
    one, other = f"{turn}-{writer}", f"{turn}-{(writer + 1) % WRITERS}"
    link = Link("DEPENDS_ON", Ref("WorkItem", one), Ref("WorkItem", other))
    return _tried(workspace, writer, link, "linked")


def _fields(workspace: Workspace, writer: int, turn: int) -> str:
    """Write one of two properties, and leave the other as somebody else writes it."""
    patch = {"name": f"{writer}-{turn}"} if writer % 2 else {"capacity": writer * 100 + turn}
    workspace.execute(UpdateNode(Ref("Team", "total"), patch), actor=f"w{writer}")
    return "written"


TASKS: Mapping[str, Task] = {
    "count": _count,
    "same key": _same_key,
    "same link": _same_link,
    "move": _move,
    "ring": _ring,
    "fields": _fields,
}


def crowded(connection: Connection, task: str, *, turns: int, processes: int = 4) -> Counter[str]:
    """Have all the writers do a task so many times, all at once; gives how often what came of it."""
    each = WRITERS // processes
    orders = [Order(connection, task, at * each, each, turns) for at in range(processes)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.crowd"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in orders
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
    for process, order in zip(running, orders, strict=True):
        assert process.stdin is not None
        process.stdin.write(orjson.dumps(asdict(order)) + b"\n")
        process.stdin.flush()
    met: Counter[str] = Counter()
    for process in running:
        out, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        met.update(orjson.loads(out))
    return met


def _work(order: Order) -> Counter[str]:
    met: Counter[str] = Counter()
    lock = Lock()

    def write(writer: int) -> None:
        workspace = Workspace.connect(order.connection)
        for turn in range(order.turns):
            try:
                what = TASKS[order.task](workspace, writer, turn)
            except HeadwaterError as error:
                what = f"{type(error).__name__}: {error}"
            with lock:
                met[what] += 1
        workspace.close()

    threads = [Thread(target=write, args=(order.first + at,)) for at in range(order.writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return met


if __name__ == "__main__":
    sys.stdout.write("here\n")
    sys.stdout.flush()
    told = orjson.loads(sys.stdin.readline())
    told["connection"] = Connection(**told["connection"])
    sys.stdout.buffer.write(orjson.dumps(_work(Order(**told))))
