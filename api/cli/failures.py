"""What the command does when something goes wrong: a line for each reason, and an exit code."""

import errno
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex
from typing import Final

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError

from api.plain import plain
from graph.errors import BadUsage, HeadwaterError, Refused

DONE: Final = 0
FOUND_PROBLEMS: Final = 1
FAILED: Final = 2
INTERRUPTED: Final = 130
"""What a shell gives for a program that Ctrl-C ended."""
UNREAD: Final = 141
"""What a shell gives for a program whose reader went away."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a write fails with when there is no room for the answer."""

REASONS_TOLD: Final = 20
"""So many of the reasons for a refusal are told, a line each."""


def guarded(action: Callable[[], object]) -> int:
    """Run, and give the exit code; every error becomes one line, none a traceback."""
    try:
        code = action()
    except NoArgsIsHelpError:  # the help is printed already
        return FAILED
    except ClickException as error:
        tell(error.format_message(), _way_out(error))
        return FAILED
    except Refused as refused:
        _tell_all(refused)
        return FOUND_PROBLEMS
    except HeadwaterError as error:
        tell(error.message, error.hint)
        return FAILED
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last place where it can become a sentence
        return _unexpected(error)
    return code if isinstance(code, int) else DONE


def tell(message: str, hint: str = "") -> None:
    """Say one line on standard error."""
    words = plain(f"headwater: {message}" + (f" ({hint})" if hint else ""))
    with suppress(OSError):  # nobody is left to be told
        print(words, file=sys.stderr, flush=True)  # noqa: T201 - this is the command's voice


def _tell_all(refused: Refused) -> None:
    for violation in refused.violations[:REASONS_TOLD]:
        tell(violation.message, violation.hint)
    more = len(refused.violations) - REASONS_TOLD
    if more > 0:
        tell(f"and {more} more")


def _way_out(error: ClickException) -> str:
    context = error.ctx if isinstance(error, UsageError) else None
    return f"try {context.command_path} --help" if context else ""


def _unexpected(error: Exception) -> int:
    if os.environ.get("HEADWATER_DEBUG") == "1":
        traceback.print_exception(error)
    name = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    tell(f"unexpected error {token_hex(4)}: {name}", "HEADWATER_DEBUG=1 shows where")
    return FAILED


@contextmanager
def silent_when_nobody_reads() -> Iterator[None]:
    """End quietly when the reader of our output went away before the end of it."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more as it ends: let that go nowhere, here and below.
        _go_nowhere()
        raise typer.Exit(UNREAD) from None
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _go_nowhere()
        msg = f"the answer cannot be written: {error.strerror}"
        raise BadUsage(msg, "make room, or write it elsewhere") from error


def _go_nowhere() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
