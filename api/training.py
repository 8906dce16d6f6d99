"""Trains the embedded engine once in an environment, so that it starts in half the time.

    python -m api.training

Java keeps what a run learnt of its classes (an ahead-of-time cache, JEP 483 and 515) and starts from
it. The run does what a service does: make the store, import, read all of it. What goes wrong is said
and does no harm: the engine then starts as it comes.
"""

import sys
import tempfile
from pathlib import Path

from api.cli.demodata import ImportShipped, read_shipped
from graph.errors import HeadwaterError
from graph.store.connection import Connection
from graph.store.embedded import TRAINED, EmbeddedEngine
from graph.workspace import Workspace

LOADS = 3


def train(target: Path) -> None:
    """Run the engine over a folder of its own and leave what it learnt in `target`, whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="headwater-training-", dir=target.parent) as name:
        learnt = Path(name) / "learnt"
        with EmbeddedEngine.start(Path(name) / "data", training=learnt) as engine:
            connection = Connection(engine.uri, engine.user, engine.password)
            workspace = Workspace.connect(connection)
            workspace.execute(ImportShipped(read_shipped), actor="training")
            workspace.close()
            for _ in range(LOADS):
                Workspace.connect(connection).close()
        learnt.replace(target)


def main() -> int:
    """Train if that was not done yet."""
    if TRAINED.exists():
        return 0
    try:
        train(TRAINED)
    except (HeadwaterError, OSError) as error:
        sys.stderr.write(f"headwater: the engine was not trained, it starts as it comes: {error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
