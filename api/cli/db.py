"""`db`: the database by itself, without the service."""

import typer

from api.cli import dbcheck, dbengine


def command() -> typer.Typer:
    """Make the group."""
    made = typer.Typer(
        help="Start, stop and check the database.", no_args_is_help=True, add_completion=False
    )
    made.command("start")(dbengine.start)
    made.command("stop")(dbengine.stop)
    made.command("status")(dbengine.status)
    made.command("neo4j")(dbengine.neo4j)
    made.command("check")(dbcheck.check)
    return made
