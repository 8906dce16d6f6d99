"""`demo`: real data imported once, five answers, and then GraphQL in a browser."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from api.cli.ahead import BEGUN, build_ahead, import_ahead
from api.cli.ports import listen
from api.cli.stopping import until_stopped
from api.cli.terminal import say, screen, waiting
from api.engine import Host, open_workspace, settings_for
from api.plain import plain
from api.settings import Settings
from api.watching.logs import configure
from graph.errors import Violation

if TYPE_CHECKING:
    from graph.store.child import Engine
    from graph.workspace import Workspace

FOLDER: Final = Path(".headwater/demo")
PROBLEMS: Final = "problems.txt"
"""Where in the data folder the problems of form are listed."""

AHEAD: Final = ("api.cli.demodata", "api.cli.demoanswers", "api.cli.serving")
"""What is imported while the engine starts."""


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    made.command("demo")(_demo)
    return made


def _demo(
    context: typer.Context,
    data_dir: Annotated[
        Path, typer.Option("--data-dir", metavar="FOLDER", help="Where the demo keeps its data.")
    ] = FOLDER,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=0, max=65_535, help="Port to serve on; the next free one if left out."
        ),
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after the answers.")] = False,
) -> None:
    """Import real data of Kubernetes and Sourcegraph, print five answers, serve GraphQL."""
    since: float = context.meta[BEGUN]
    # The demo is about its own data: a database that the environment names is left alone.
    settings = settings_for(data_dir).model_copy(update={"neo4j_uri": None, "dev": True})
    configure(settings)
    import_ahead(AHEAD, lambda: build_ahead(settings))
    with until_stopped():
        if no_serve:
            with _answered(settings, since):
                say(f"Done in {perf_counter() - since:.1f} s.", "dim")
            return
        with closing(_port(settings, port)) as taken, _answered(settings, since) as workspace:
            from api.cli.serving import serve  # noqa: PLC0415 - imported while the engine started

            say("")
            serve(workspace, settings, taken, since=since)


def _port(settings: Settings, port: int | None) -> socket.socket:
    if port is None:
        return listen("127.0.0.1", settings.port, further=True)
    return listen("127.0.0.1", port)


@contextmanager
def _answered(settings: Settings, since: float) -> "Iterator[Workspace]":
    """Start the engine, import, answer; then give the workspace for as long as it is wanted."""
    with ExitStack() as held:
        with waiting("starting the engine"):
            workspace = held.enter_context(open_workspace(settings, host=HOST))
        _step(f"The engine runs in {settings.data_dir}", since)
        from api.cli.demoanswers import show_answers  # noqa: PLC0415 - likewise

        _imported(workspace, settings.data_dir.expanduser())
        show_answers(screen(), workspace.snapshot(), str(settings.data_dir))
        yield workspace


def _say_taken_over(engine: "Engine") -> None:
    say(
        f"  Process {engine.left_by}, which had {engine.data_dir}, was killed: all it wrote is there"
    )


HOST: Final = Host("demo", _say_taken_over)


def _imported(workspace: "Workspace", folder: Path) -> None:
    from api.cli.demodata import DATA, ImportShipped, content_key, read_shipped  # noqa: PLC0415

    begin = perf_counter()
    with waiting("importing real data"):
        outcome = workspace.execute(
            ImportShipped(read_shipped), actor="demo", idempotency_key=content_key()
        )
    nodes, relationships = workspace.snapshot().count()
    size = f"{nodes:,} nodes and {relationships:,} relationships"
    if outcome.repeated:
        _step(f"Imported before, nothing to import now: {size}", begin)
    else:
        _step(f"Imported {len(outcome.changes):,} records of real data: {size}", begin)
    listed = folder / PROBLEMS
    if not outcome.repeated or not listed.exists():
        problems = outcome.problems or read_shipped().problems
        listed.write_text("".join(f"{_line(problem)}\n" for problem in problems), encoding="utf-8")
    with listed.open(encoding="utf-8") as lines:
        count = sum(1 for _ in lines)
    say(f"  The data has {count:,} problems of form, as real data has: see {listed}")
    say(f"  or headwater import kubernetes {DATA / 'kubernetes'} --dry-run")


def _line(problem: Violation) -> str:
    return plain(str(problem))


def _step(words: str, begin: float) -> None:
    line = Text()
    line.append("✓ ", "green")
    line.append(plain(words))
    line.append(f"  {perf_counter() - begin:.1f} s", "dim")
    screen().print(line, soft_wrap=True)
