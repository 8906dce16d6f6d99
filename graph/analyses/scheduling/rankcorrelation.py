"""Spearman's rank correlation, ties averaged, in whole numbers.

References: docs/definitions.md §3 (sensitivity). C. Spearman, The proof and measurement of
association between two things, 1904.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.analyses.scheduling.sampling import Times

Ranks: TypeAlias = NDArray[np.int64]
"""Twice the distance of each rank from the middle one: whole even with ties averaged."""


def ranks(values: Times) -> Ranks | None:
    """Give the ranks of values; None where all are equal. Cost: n log n."""
    # Floats from 0 on are in the order of their bits, and whole numbers are sorted twice as fast.
    order = np.argsort(values.view(np.int64) if values.min(initial=0.0) >= 0.0 else values)
    rising = values[order]
    new = rising[1:] != rising[:-1]
    count = len(values)
    found = np.empty(count, np.int64)
    if new.all():
        found[order] = np.arange(1 - count, count, 2)
        return found if count > 1 else None
    if not new.any():
        return None
    begins = np.concatenate(([0], np.flatnonzero(new) + 1))
    ends = np.append(begins[1:], count)
    found[order] = np.repeat(begins + ends - count, ends - begins)
    return found


def rank_correlation(one: Ranks | None, other: Ranks | None) -> float | None:
    """Give the correlation, -1 to 1, of two rankings; None where one of them has no ranks."""
    if one is None or other is None:
        return None
    both, own, others = int(one @ other), int(one @ one), int(other @ other)
    return max(-1.0, min(1.0, both / math.sqrt(own * others)))
