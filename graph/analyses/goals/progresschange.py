"""How the progress of something moved between two revisions, and which key results moved it.

References: docs/definitions.md §2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.analyses.goals.lineage import ancestors
from graph.analyses.goals.rollup import RollUp, rollup
from graph.model.entities import KeyResult
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

CAUSES_LISTED = 20


@dataclass(frozen=True, slots=True)
class ProgressCause:
    """A key result whose value moved: its progress (0-1) before and after, and the way up.

    `path` (KIND/KEY) leads from it to what was looked at.
    """

    key: str
    before: float | None
    after: float | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgressChange:
    """Progress and coverage (0-1) of a node before and after, at `revision`.

    `causes` are key results below it that moved, at most `CAUSES_LISTED` of `cause_count`; none
    where a contribution or a weight was changed instead.
    """

    kind: str
    key: str
    revision: int
    before: float | None
    after: float | None
    coverage_before: float
    coverage_after: float
    causes: tuple[ProgressCause, ...]
    cause_count: int


def progress_changes(
    before: RollUp, snapshot: Snapshot, refs: Sequence[Ref]
) -> tuple[ProgressChange, ...]:
    """Tell which of some objectives and key results moved since a roll-up. Cost: linear in goals."""
    after = rollup(snapshot)
    if after is before:
        return ()
    moved = [ref for ref in refs if _figures(before, ref) != _figures(after, ref)]
    if not moved:
        return ()
    ways = _ways(snapshot, _moved(before, after))
    return tuple(_change(before, after, snapshot.revision, ref, ways.get(ref, [])) for ref in moved)


def progress_standing(snapshot: Snapshot, refs: Sequence[Ref]) -> tuple[ProgressChange, ...]:
    """Tell how some objectives and key results stand, as a change by nothing."""
    known = rollup(snapshot)
    return tuple(_change(known, known, snapshot.revision, ref, ()) for ref in refs)


def _figures(known: RollUp, ref: Ref) -> tuple[float | None, float]:
    return known.progress(ref), known.coverage(ref)


def _moved(before: RollUp, after: RollUp) -> list[Ref]:
    """Give the key results that were read otherwise; what was not touched is the same object."""
    keys = [
        key
        for key, reading in after.readings.items()
        if (old := before.readings.get(key)) is not reading and old != reading
    ]
    gone = [key for key in before.readings if key not in after.readings]
    return [Ref(KeyResult.KIND, key) for key in sorted({*keys, *gone})]


def _ways(snapshot: Snapshot, moved: Sequence[Ref]) -> dict[Ref, list[tuple[Ref, tuple[str, ...]]]]:
    """Give, for everything above what moved, what did and the way up from it."""
    found: dict[Ref, list[tuple[Ref, tuple[str, ...]]]] = {}
    for ref in moved:
        found.setdefault(ref, []).append((ref, (str(ref),)))
        for row in ancestors(snapshot, ref):
            found.setdefault(Ref(row.kind, row.key), []).append((ref, row.path))
    return found


def _change(
    before: RollUp,
    after: RollUp,
    revision: int,
    ref: Ref,
    causes: Sequence[tuple[Ref, tuple[str, ...]]],
) -> ProgressChange:
    return ProgressChange(
        kind=ref.kind,
        key=ref.key,
        revision=revision,
        before=before.progress(ref),
        after=after.progress(ref),
        coverage_before=before.coverage(ref),
        coverage_after=after.coverage(ref),
        causes=tuple(
            ProgressCause(cause.key, before.progress(cause), after.progress(cause), path)
            for cause, path in causes[:CAUSES_LISTED]
        ),
        cause_count=len(causes),
    )
