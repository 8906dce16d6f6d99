"""Few statements in one: what a small write takes is sent in one go, not answer by answer."""

from typing import Any, Final, Protocol

from neo4j import ManagedTransaction

from graph.store.statements import chained, held

ROWS: Final = 500
"""What has more rows than this, alone or together, is sent by itself."""
STATEMENTS: Final = 12
"""So many are put into one at most: what one takes to plan grows faster than their number."""


class Runner(Protocol):
    """Runs statements that give nothing back."""

    def run(self, statement: str, **given: Any) -> None:  # noqa: ANN401 - what the driver takes
        """Run one; now, or before what reads comes next."""
        ...


class Together:
    """Runs statements in a transaction, in their order, those with few rows in one.

    `flush` runs what still waits. An exchange with the server takes as long as a small statement.
    """

    def __init__(self, tx: ManagedTransaction) -> None:
        self._tx = tx
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._rows = 0

    def run(self, statement: str, **given: Any) -> None:  # noqa: ANN401 - what the driver takes
        """Run a statement, or keep it for the next ones."""
        rows = _rows_of(given)
        if len(self._waiting) == STATEMENTS or self._rows + rows > ROWS:
            self.flush()
        if rows > ROWS:
            self._tx.run(statement, **given).consume()
            return
        self._waiting.append((statement, given))
        self._rows += rows

    def flush(self) -> None:
        """Run what waits."""
        waiting, self._waiting, self._rows = self._waiting, [], 0
        if len(waiting) == 1:
            ((statement, given),) = waiting
            self._tx.run(statement, **given).consume()
        elif waiting:
            text = chained([statement for statement, _ in waiting])
            self._tx.run(text, **_named(waiting)).consume()


class Held:
    """Gathers the statements of a whole write, to be run as one with the lock that it needs."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, dict[str, Any]]] = []
        self._rows = 0

    def run(self, statement: str, **given: Any) -> None:  # noqa: ANN401 - what the driver takes
        """Keep a statement."""
        self._parts.append((statement, given))
        self._rows += _rows_of(given)

    @property
    def is_small(self) -> bool:
        """Whether one statement may hold them all."""
        return len(self._parts) <= STATEMENTS and self._rows <= ROWS

    def text(self) -> str:
        """Give the one statement."""
        return held([statement for statement, _ in self._parts])

    def given(self) -> dict[str, Any]:
        """Give its parameters, but for those of the lock."""
        return _named(self._parts)


def _rows_of(given: dict[str, Any]) -> int:
    return max((len(value) for value in given.values() if isinstance(value, list)), default=1)


def _named(parts: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {
        f"{name}_{at}": value
        for at, (_, given) in enumerate(parts)
        for name, value in given.items()
    }
