"""The command's root: which commands there are, and what becomes of an error in one.

A command's module is imported when the command is used. The engine's driver, networkx and the
GraphQL schema take a second or two to import; help, completion and a `--file` reading need none.
"""

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from time import perf_counter
from typing import Annotated

import typer
import typer.main

# typer brings its own click, and names the class of a context nowhere else.
from typer._click.core import Command, Context
from typer.core import TyperCommand, TyperGroup

from api.cli.ahead import BEGUN
from api.cli.failures import guarded, silent_when_nobody_reads


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: its name, the module that makes it, by which function, and what it does."""

    name: str
    module: str
    summary: str
    maker: str = "command"


COMMANDS: tuple[Entry, ...] = (
    Entry("demo", "api.cli.demo", "Import real data, print five answers, serve GraphQL."),
    Entry("serve", "api.cli.serve", "Serve the graph over GraphQL."),
    Entry("import", "api.cli.importing", "Import files of any known format into the graph."),
    Entry("export", "api.cli.exporting", "Write the whole graph as a document."),
    Entry("analyze", "api.cli.analyze", "Compute an analysis on the graph."),
    Entry("impact", "api.cli.analyze", "What is hit when something slips or fails.", "impact"),
    Entry("neighborhood", "api.cli.analyze", "What is around something.", "neighborhood"),
    Entry("trace", "api.cli.trace", "Follow something up to the company and down to its leaves."),
    Entry("check-in", "api.cli.checkin", "Check key results in: one, or many from a CSV file."),
    Entry("cycle", "api.cli.cycle", "Open, close and carry over cycles."),
    Entry(
        "dependency", "api.cli.dependency", "Ask for a dependency, promise it, lead it to its end."
    ),
    Entry("undo", "api.cli.undo", "Take a write back."),
    Entry("token", "api.cli.token", "Make, list and revoke the tokens that let somebody in."),
    Entry("log", "api.cli.log", "List what was written: when, by whom, by which command."),
    Entry("db", "api.cli.db", "Start, stop and check the database."),
    Entry("schema", "api.cli.schema", "Print the GraphQL schema."),
)
"""All commands, in the order in which help lists them."""


class Deferred(TyperCommand):
    """Stands for a command in the list, and imports its module once the command is used."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(name=entry.name, help=entry.summary)
        self._entry = entry

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Context | None = None,
        **extra: object,
    ) -> Context:
        """Give the context of the real command, which then runs in place of this one."""
        return self._loaded().make_context(info_name, args, parent, **extra)

    def _loaded(self) -> Command:
        made: typer.Typer = getattr(import_module(self._entry.module), self._entry.maker)()
        command = typer.main.get_command(made)
        command.name = self._entry.name
        return command


class Root(TyperGroup):
    """The group of all commands: turns every error into one line and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: object,
    ) -> object:
        """Run, then exit: 0 done, 1 found problems, 2 bad usage or no store, 130 by Ctrl-C."""
        self.commands.update({entry.name: Deferred(entry) for entry in COMMANDS})
        code = guarded(
            lambda: super(Root, self).main(
                args, prog_name, complete_var, False, windows_expand_args, **extra
            )
        )
        if not standalone_mode:
            return code
        sys.exit(code)

    def invoke(self, ctx: Context) -> object:
        """Run the command; a reader who went away, such as `head`, ends it without a word."""
        ctx.meta[BEGUN] = perf_counter()
        with silent_when_nobody_reads():
            return super().invoke(ctx)


app = typer.Typer(
    name="headwater",
    cls=Root,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"headwater {version('headwater')}")  # noqa: T201 - the output itself
        raise typer.Exit


@app.callback()
def headwater(
    show_version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Say which this is.")
    ] = False,
) -> None:
    """How a company is built, what it wants and what stands in the way: one graph, computed on."""
    del show_version


def run() -> None:
    """Run the command line of this process."""
    # The driver warns of each try; what comes of them is an error's one line.
    logging.getLogger("neo4j").addHandler(logging.NullHandler())
    group = typer.main.get_command(app)
    group.main(prog_name="headwater")
