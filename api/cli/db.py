"""`db`: the database by itself, without the service."""

import typer

from api.cli import dbbackup, dbcheck, dbengine


def command() -> typer.Typer:
    """Make the group."""
    made = typer.Typer(
        help="Start, stop, check, back up and restore the database.",
        no_args_is_help=True,
        add_completion=False,
    )
    made.command("start")(dbengine.start)
    made.command("stop")(dbengine.stop)
    made.command("status")(dbengine.status)
    made.command("neo4j")(dbengine.neo4j)
    made.command("backup")(dbbackup.backup)
    made.command("restore")(dbbackup.restore)
    made.command("check")(dbcheck.check)
    return made
