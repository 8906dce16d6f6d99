"""Using the time in which an engine starts: modules are imported meanwhile.

The engine takes two seconds in a process of its own; strawberry and networkx take one in ours.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.settings import Settings

BEGUN: Final = "headwater.begun"
"""Under this name a command's context holds when the command line began."""


def import_ahead(names: Sequence[str], then: Callable[[], object] = lambda: None) -> Thread:
    """Begin to import modules that will be needed soon, and then to do what can be done already.

    What waits for it joins the thread. A module's own import waits for this one by itself.
    """
    thread = Thread(target=_imported, args=(tuple(names), then), name="imports")
    thread.start()
    return thread


def _imported(names: Sequence[str], then: Callable[[], object]) -> None:
    # What is wrong with a module is said where it is needed.
    with suppress(Exception):
        for name in names:
            import_module(name)
        then()


def build_ahead(settings: "Settings") -> None:
    """Build the schema that the application will ask for: it is kept, so that it is built once."""
    from api.schemas import schema_of  # noqa: PLC0415 - this is the thread that imports it

    schema_of(settings)
