"""Where the command writes: tables for people, JSON for programs, colour only on a terminal."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import orjson
from rich.console import Console
from rich.text import Text

from api.plain import plain
from graph.errors import Violation

PIPED_WIDTH: Final = 100_000
"""Columns of an output that is no terminal: as many as the content needs, so nothing is cut."""

PROBLEMS_SHOWN: Final = 50


class _Screen(Console):
    """A console that leaves it to its command to end when nobody reads."""

    def on_broken_pipe(self) -> None:
        """Go on as with any other output: rich would end the process as if with problems."""
        raise BrokenPipeError


def screen(*, stderr: bool = False) -> Console:
    """Give the console of an output of this process. NO_COLOR is respected; markup is not read."""
    stream = sys.stderr if stderr else sys.stdout
    return _Screen(
        file=stream,
        width=None if stream.isatty() else PIPED_WIDTH,
        markup=False,
        emoji=False,
        highlight=False,
    )


def say(words: str, style: str = "", *, stderr: bool = False) -> None:
    """Write a line that the terminal, not we, may break."""
    screen(stderr=stderr).print(Text(plain(words), style), soft_wrap=True)


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Say on a terminal what is waited for, until it is there."""
    console = screen(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(words):
        yield


def print_json(value: object) -> None:
    """Write a value as JSON: one line for a program, indented on a terminal."""
    print_bytes(json_of(value, indented=sys.stdout.isatty()))


def json_of(value: object, *, indented: bool = False) -> bytes:
    """Give a value as JSON, with a line's end after it."""
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
    if indented:
        option |= orjson.OPT_INDENT_2
    return orjson.dumps(value, default=_plainer, option=option)


def print_bytes(written: bytes) -> None:
    """Write what is written already, in whatever encoding the terminal has."""
    sys.stdout.flush()
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()


def _plainer(value: object) -> object:
    """Give what JSON knows for what it does not: named tuples and mappings that are no dict."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    msg = f"{type(value).__name__} has no form in JSON"
    raise TypeError(msg)


def list_problems(problems: tuple[Violation, ...]) -> None:
    """Write the first problems to standard error, each with its place and its way out."""
    for problem in problems[:PROBLEMS_SHOWN]:
        say(str(problem), stderr=True)
    if len(problems) > PROBLEMS_SHOWN:
        say(f"and {len(problems) - PROBLEMS_SHOWN:,} more", stderr=True)
