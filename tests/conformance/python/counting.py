"""Runs cases one after the other and counts them, as a test runner would."""

import asyncio
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Sequence
from time import time_ns

URL = os.environ["HEADWATER_URL"] + "/graphql"
SOCKET = URL.replace("http", "ws", 1)

Case = Callable[[], Awaitable[None]]


def fresh(word: str) -> str:
    """Give a key that nothing else has."""
    return f"zz-{word}-{os.getpid()}-{time_ns()}"


def count(cases: Sequence[Case]) -> None:
    """Run the cases; prints `# tests` and `# pass` as TAP has it."""
    held = 0
    for case in cases:
        try:
            asyncio.run(case())  # type: ignore[arg-type]
            held += 1
        except Exception:  # noqa: BLE001 - each case counts for itself
            print("not ok", case.__name__, traceback.format_exc())
    print(f"# tests {len(cases)}\n# pass {held}")
    sys.exit(held != len(cases))
