"""`serve`: the graph over GraphQL, until it is stopped."""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated, Final

import typer

from api.auth.safety import require_login
from api.cli.ahead import BEGUN, build_ahead, import_ahead
from api.cli.crew import crew
from api.cli.ports import listen, shared
from api.cli.stopping import until_stopped
from api.cli.terminal import waiting
from api.cli.trusting import Documents, Mode, trusting
from api.engine import Host, open_workspace, settings_for
from api.settings import Settings
from api.watching.logs import configure

MOST_WORKERS: Final = 64


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    made.command("serve")(_serve)
    return made


def _serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on; 127.0.0.1 if left out.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65_535, help="Port to listen on; 0 for any."),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            "--data-dir",
            metavar="FOLDER",
            help="The folder of the embedded engine; HEADWATER_NEO4J_URI names a Neo4j instead.",
        ),
    ] = None,
    dev: Annotated[bool, typer.Option("--dev", help="Introspection and GraphiQL on.")] = False,
    documents: Documents = None,
    documents_mode: Mode = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            min=1,
            max=MOST_WORKERS,
            help="Processes that answer; see docs/operating.md.",
        ),
    ] = 1,
) -> None:
    """Serve the graph over GraphQL: of an embedded engine, or of the Neo4j of HEADWATER_NEO4J_URI."""
    given = {"host": host, "port": port, "dev": dev or None, **trusting(documents, documents_mode)}
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = settings_for(data_dir).model_copy(update=chosen)
    require_login(settings)
    configure(settings)
    _run(settings, context.meta[BEGUN], workers, chosen | {"data_dir": settings.data_dir})


def _run(settings: Settings, since: float, workers: int, chosen: Mapping[str, object]) -> None:
    """Open the graph and serve it. The service's own modules are imported meanwhile."""
    ahead = import_ahead(["api.cli.serving"], lambda: build_ahead(settings))
    with (
        until_stopped(),
        closing(listen(settings.host, settings.port)) as alone,
        ExitStack() as held,
    ):
        taken = alone if workers == 1 else held.enter_context(closing(shared(alone)))
        with waiting("opening the graph"):
            workspace = held.enter_context(open_workspace(settings, host=Host("serve")))
            from api.cli.serving import serve  # noqa: PLC0415 - imported while the engine started

            ahead.join()
        if workers > 1:
            port = taken.getsockname()[1]
            held.enter_context(crew(workers - 1, {**chosen, "port": port}))
        serve(workspace, settings, taken, since=since)
