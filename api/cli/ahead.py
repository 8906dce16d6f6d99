"""Using the time in which an engine starts: modules are imported meanwhile.

The engine takes two seconds in a process of its own; strawberry and networkx take one in ours.
"""

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import Final

BEGUN: Final = "headwater.begun"
"""Under this name a command's context holds when the command line began."""


def import_ahead(names: Sequence[str]) -> None:
    """Begin to import modules that will be needed soon. Their own import then waits for this one."""
    Thread(target=_imported, args=(tuple(names),), name="imports").start()


def _imported(names: Sequence[str]) -> None:
    # What is wrong with a module is said where it is needed.
    with suppress(Exception):
        for name in names:
            import_module(name)
