"""Writes that were refused, in the log of the process: who wanted what, and why he could not."""

import structlog

from graph.model.access import RefusedWrite

log = structlog.stdlib.get_logger()


def log_refused(refused: RefusedWrite) -> None:
    """Write a line. What is shown to log in is never a part of it."""
    log.warning(
        "write_refused",
        actor=refused.actor,
        role=refused.role or None,
        command=refused.command,
        target=refused.target or None,
        code=refused.code,
        reason=refused.message,
        reasons=refused.reasons,
    )
