"""Draws durations: Beta-PERT or triangular, from one stream of chance for each work item.

An item's stream depends on the seed and the item's key alone. So another item, another link or
another size of the parts in which the iterations are run leaves its draws as they are, and two
scenarios under one seed differ by what differs in them (common random numbers).

References: docs/definitions.md §3. D. G. Malcolm et al., Application of a technique for R&D program
evaluation, 1959; D. Vose, Risk Analysis, 2008 (the PERT distribution as a Beta distribution).
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.analyses.scheduling.uncertainty import TRIANGULAR, Spread

Times: TypeAlias = NDArray[np.float64]
"""One time for each iteration, in whole parts of a day: floats hold them exactly up to 2^53."""


class Streams:
    """The draws of items, from the first iteration on, part by part."""

    def __init__(
        self, keys: Sequence[str], spreads: Sequence[Spread], distribution: str, seed: int
    ) -> None:
        self._spreads = spreads
        self._distribution = distribution
        self._states = [_place(_stream(seed, key)) for key in keys]
        self._source = np.random.PCG64(0)
        self._generator = np.random.Generator(self._source)

    def draw(self, number: int, count: int) -> Times:
        """Give the next so many durations of an item, in whole parts of a day."""
        self._source.state = _state(*self._states[number])
        drawn = durations(self._generator, self._spreads[number], self._distribution, count)
        self._states[number] = _place(self._source)
        return drawn


def durations(
    generator: np.random.Generator, spread: Spread, distribution: str, count: int
) -> Times:
    """Draw durations. What has passed already is the least: work under way is not done yet."""
    low, width = float(spread.low), float(spread.high - spread.low)
    if low == float(spread.high):  # so large that floats cannot tell the points apart
        drawn = np.full(count, low)
    elif distribution == TRIANGULAR:
        drawn = generator.triangular(low, float(spread.likely), float(spread.high), count)
    else:
        rise, fall = (spread.likely - spread.low) / width, (spread.high - spread.likely) / width
        drawn = generator.beta(1 + 4 * rise, 1 + 4 * fall, count)
        drawn *= width
        drawn += low
    np.rint(drawn, out=drawn)
    if spread.floor > spread.low:
        np.maximum(drawn, float(spread.floor), out=drawn)
    return drawn


def _stream(seed: int, key: str) -> np.random.PCG64:
    digest = blake2b(f"{seed}/{key}".encode(), digest_size=16).digest()
    return np.random.PCG64(np.random.SeedSequence(int.from_bytes(digest, "big")))


def _place(source: np.random.PCG64) -> tuple[int, int]:
    """Give where a stream is, in two numbers: many dictionaries would keep the collector busy."""
    state = source.state["state"]
    return state["state"], state["inc"]


def _state(state: int, inc: int) -> Any:  # noqa: ANN401 - the type is numpy's own and private
    pair = {"state": state, "inc": inc}
    return {"bit_generator": "PCG64", "state": pair, "has_uint32": 0, "uinteger": 0}
