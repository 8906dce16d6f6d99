"""Chance that falls the same on every machine: all draws come from one documented generator."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from the Mersenne Twister by `random()` alone, whose numbers Python keeps stable."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed).random  # noqa: S311 - made-up data, nothing to keep secret

    def upto(self, bound: int) -> int:
        """Give a whole number from 0 to below the bound."""
        return int(self._draw() * bound)

    def between(self, low: int, high: int) -> int:
        """Give a whole number from low to high, both included."""
        return low + self.upto(high - low + 1)

    def chance(self, percent: int) -> bool:
        """Give true in so many of a hundred cases."""
        return self.upto(100) < percent

    def pick(self, choices: Sequence[T]) -> T:
        """Give one of the choices, each as likely as the others."""
        return choices[self.upto(len(choices))]

    def weighed(self, choices: Sequence[tuple[int, T]]) -> T:
        """Give one of the choices, which come with their shares of a hundred."""
        left = self.upto(sum(share for share, _ in choices))
        for share, choice in choices:
            left -= share
            if left < 0:
                return choice
        msg = "there is nothing to choose from"
        raise ValueError(msg)
