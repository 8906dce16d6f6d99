"""What only an objective has: its computed progress."""

from typing import NamedTuple

from strawberry.types.field import StrawberryField

from graph.analyses.cascade import cascade
from graph.model.entities import Objective
from graph.model.snapshot import Snapshot
from schema.building import CallField, optional
from schema.context import Context
from schema.views import NodeView
from schema.worker import in_worker


def fields() -> list[StrawberryField]:
    """Make the fields."""
    return [
        CallField(
            "progress",
            optional(float),
            "Progress rolled up from the key results below it; null without data. Unit: ratio 0-1.",
            _progress,
        ),
        CallField(
            "coverage",
            optional(float),
            "The share of the weights below it that had data. Unit: ratio 0-1.",
            _coverage,
        ),
    ]


async def _progress(view: NodeView, _: Context) -> float | None:
    return (await in_worker(_rolled_up, view.snapshot, view.entity.key)).progress


async def _coverage(view: NodeView, _: Context) -> float | None:
    return (await in_worker(_rolled_up, view.snapshot, view.entity.key)).coverage


class _RolledUp(NamedTuple):
    """What is kept of a cascade; its tree and paths would fill the memory."""

    progress: float | None
    coverage: float


def _rolled_up(snapshot: Snapshot, key: str) -> _RolledUp:
    """Roll an objective up, once per revision."""
    known = snapshot.derived(_known)
    if key not in known:
        found = cascade(snapshot, root=f"{Objective.KIND}/{key}")
        known[key] = _RolledUp(found.progress, found.coverage)
    return known[key]


def _known(_: Snapshot) -> dict[str, _RolledUp]:
    return {}
