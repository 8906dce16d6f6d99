"""How far two partitions of the same things agree: the adjusted Rand index.

References: docs/definitions.md §6. L. Hubert and P. Arabie, Comparing partitions, 1985.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import comb


def adjusted_rand_index(one: Sequence[str], other: Sequence[str]) -> float:
    """Compare two partitions, each given as the part of every thing, in the same order.

    1 is the same partition, 0 what chance gives; below 0 they agree less than by chance. Two
    partitions that cannot differ by more than chance (each one part, or each all by itself) agree
    fully. Cost: linear.
    """
    both = _pairs(Counter(zip(one, other, strict=True)).values())
    first, second = _pairs(Counter(one).values()), _pairs(Counter(other).values())
    most = (first + second) / 2
    pairs = comb(len(one), 2)
    chance = first * second / pairs if pairs else 0.0
    return (both - chance) / (most - chance) if most != chance else 1.0


def _pairs(sizes: Iterable[int]) -> int:
    return sum(comb(size, 2) for size in sizes)
