import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from api.cli.sweeping import AT_LATEST, leave_full_collections_to_sweeps, sweep, sweeping


class Ring:
    """Something that only the collector frees."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def thresholds() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


def make_an_old_ring(freed: asyncio.Event) -> None:
    """Make a ring that has outlived the young generations, and is alive through itself alone."""
    ring = Ring()
    weakref.finalize(ring, freed.set)
    gc.collect(1)
    gc.collect(1)


async def looks_until_freed(*, quiet: bool) -> int:
    looks = 0

    def is_quiet() -> bool:
        nonlocal looks
        looks += 1
        return quiet

    freed = asyncio.Event()
    make_an_old_ring(freed)
    task = asyncio.create_task(sweeping(is_quiet, every_s=0.001))
    await asyncio.wait_for(freed.wait(), 20)
    task.cancel()
    return looks


def test_full_collections_are_not_made_by_themselves_any_more(
    thresholds: tuple[int, int, int],
) -> None:
    leave_full_collections_to_sweeps()
    assert gc.get_threshold()[:2] == thresholds[:2]
    before = gc.get_stats()[2]["collections"]
    kept = [[number] for number in range(400_000)]
    assert gc.get_stats()[2]["collections"] == before
    assert len(kept) == 400_000


def test_a_quiet_moment_frees_what_only_the_collector_can(
    thresholds: tuple[int, int, int],
) -> None:
    leave_full_collections_to_sweeps()
    assert asyncio.run(looks_until_freed(quiet=True)) == 1


def test_a_service_that_is_never_quiet_is_swept_all_the_same(
    thresholds: tuple[int, int, int],
) -> None:
    leave_full_collections_to_sweeps()
    assert asyncio.run(looks_until_freed(quiet=False)) == AT_LATEST + 1


def test_what_survives_a_long_sweep_is_put_out_of_sight() -> None:
    kept = [[number] for number in range(1_000)]
    try:
        sweep(long_s=0.0)
        assert gc.get_freeze_count() >= len(kept)
    finally:
        gc.unfreeze()


def test_what_survives_a_short_sweep_stays_in_sight() -> None:
    sweep(long_s=1e9)
    assert gc.get_freeze_count() == 0
