"""The life of a dependency: which moves there are, and from which status each leads to which.

References: docs/definitions.md §7 (dependency life cycle).
"""

from collections.abc import Mapping

from graph.model.vocabulary import DependencyStatus, Term


class DependencyMove(Term):
    """A step in the life of a dependency."""

    REQUEST = "request", "Ask the other side for it."
    AGREE = "agree", "Promise it, for a day."
    START = "start", "Begin to work on it."
    RESOLVE = "resolve", "Say that it was delivered."
    REJECT = "reject", "Refuse it, and say why."
    CANCEL = "cancel", "Say that it is no longer needed, and why."
    REOPEN = "reopen", "Take back how it ended, and say why."


_OWED = (
    DependencyStatus.IDENTIFIED,
    DependencyStatus.REQUESTED,
    DependencyStatus.AGREED,
    DependencyStatus.IN_PROGRESS,
)

MOVES: Mapping[DependencyMove, Mapping[DependencyStatus, DependencyStatus]] = {
    DependencyMove.REQUEST: {
        DependencyStatus.IDENTIFIED: DependencyStatus.REQUESTED,
    },
    DependencyMove.AGREE: {
        DependencyStatus.REQUESTED: DependencyStatus.AGREED,
    },
    DependencyMove.START: {
        DependencyStatus.AGREED: DependencyStatus.IN_PROGRESS,
    },
    DependencyMove.RESOLVE: {
        DependencyStatus.IN_PROGRESS: DependencyStatus.RESOLVED,
    },
    DependencyMove.REJECT: dict.fromkeys(_OWED, DependencyStatus.REJECTED),
    DependencyMove.CANCEL: dict.fromkeys(_OWED, DependencyStatus.CANCELLED),
    DependencyMove.REOPEN: {
        DependencyStatus.RESOLVED: DependencyStatus.IN_PROGRESS,
        DependencyStatus.REJECTED: DependencyStatus.REQUESTED,
        DependencyStatus.CANCELLED: DependencyStatus.IDENTIFIED,
    },
}
"""Where each move leads, by the status it starts from; from no other status is it allowed."""

REASONED = frozenset({DependencyMove.REJECT, DependencyMove.CANCEL, DependencyMove.REOPEN})
"""Moves that need a reason."""


def moves_from(status: DependencyStatus) -> tuple[DependencyMove, ...]:
    """Give the moves that are allowed from a status."""
    return tuple(move for move, ways in MOVES.items() if status in ways)
