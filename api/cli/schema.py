"""`schema`: the GraphQL schema as text."""

import sys

import typer

from schema.build import sdl


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    made.command("schema")(_schema)
    return made


def _schema() -> None:
    """Print the GraphQL schema in its own language (SDL)."""
    sys.stdout.write(sdl())
