"""Carrying commands out on a graph, and what they are refused for."""

from datetime import UTC, datetime

import pytest

from graph.commands import Command
from graph.errors import ErrorCode, Refused, Violation
from graph.model.changes import stamped
from graph.model.snapshot import Snapshot

NOW = datetime(2026, 2, 15, 9, 30, tzinfo=UTC)
"""In the first quarter of the graphs, at half past ten in Vienna."""


def done(command: Command, graph: Snapshot) -> Snapshot:
    """Give the graph after a command, stamped as the stores stamp."""
    revision = graph.revision + 1
    changes = stamped(command.plan(graph).changes, revision, NOW)
    return graph.apply(changes, revision=revision, at=NOW)


def refused(command: Command, on: Snapshot) -> tuple[Violation, ...]:
    with pytest.raises(Refused) as caught:
        command.plan(on)
    return caught.value.violations


def codes(command: Command, on: Snapshot) -> list[ErrorCode]:
    return [violation.code for violation in refused(command, on)]
