import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from graph.analyses.scheduling.rankcorrelation import rank_correlation, ranks
from graph.analyses.scheduling.sampling import Streams
from graph.analyses.scheduling.uncertainty import PERT, TRIANGULAR, Spread

DAY = 6_000_000_000
COUNT = 100_000

SPREADS = ((2, 4, 9), (0, 0, 5), (3, 8, 8), (1, 2, 30))


def spread(low: float, likely: float, high: float, floor: float = 0) -> Spread:
    return Spread(*(round(days * DAY) for days in (low, likely, high, floor)))


def drawn(
    points: tuple[float, float, float], distribution: str, seed: int = 0, key: str = "a"
) -> list[float]:
    streams = Streams([key], [spread(*points)], distribution, seed)
    return sorted((streams.draw(0, COUNT) / DAY).tolist())


def beta_pert(low: float, likely: float, high: float) -> Callable[[float], float]:
    """The distribution function, by adding up its density in 20,000 steps."""
    rise = 4 * (likely - low) / (high - low)
    fall = 4 * (high - likely) / (high - low)
    steps = [(n + 0.5) / 20_000 for n in range(20_000)]
    total, sums = 0.0, [0.0]
    for x in steps:
        total += x**rise * (1 - x) ** fall
        sums.append(total)
    return lambda days: sums[int(min(1, max(0, (days - low) / (high - low))) * 20_000)] / total


def triangle(low: float, likely: float, high: float) -> Callable[[float], float]:
    def share(days: float) -> float:
        if days < likely:
            return (days - low) ** 2 / ((high - low) * (likely - low))
        return 1 - (high - days) ** 2 / ((high - low) * (high - likely)) if days < high else 1.0

    return share


@pytest.mark.parametrize("points", SPREADS)
@pytest.mark.parametrize(("distribution", "function"), [(PERT, beta_pert), (TRIANGULAR, triangle)])
def test_draws_follow_the_distribution_of_the_three_points(
    points: tuple[float, float, float],
    distribution: str,
    function: Callable[[float, float, float], Callable[[float], float]],
) -> None:
    """Kolmogorov and Smirnov: beyond 1.95/sqrt(n) once in a thousand; the seed is given."""
    share, found = function(*points), drawn(points, distribution)
    worst = max(abs(share(found[at]) - (at + 0.5) / COUNT) for at in range(0, COUNT, 97))
    assert worst < 1.95 / math.sqrt(COUNT)
    assert points[0] <= found[0] <= found[-1] <= points[2]


@pytest.mark.parametrize("points", SPREADS)
def test_the_mean_of_beta_pert_is_that_of_pert(points: tuple[float, float, float]) -> None:
    low, likely, high = points
    mean = (low + 4 * likely + high) / 6
    variance = (mean - low) * (high - mean) / 7
    found = drawn(points, PERT)
    assert math.fsum(found) / COUNT == pytest.approx(mean, abs=4 * math.sqrt(variance / COUNT))
    assert np.var(found) == pytest.approx(variance, rel=0.03)


def test_what_is_drawn_in_pieces_is_what_is_drawn_at_once() -> None:
    for distribution in (PERT, TRIANGULAR):
        whole = Streams(["a", "b"], [spread(2, 4, 9)] * 2, distribution, 3)
        pieces = Streams(["a", "b"], [spread(2, 4, 9)] * 2, distribution, 3)
        at_once = whole.draw(0, 100)
        first = pieces.draw(0, 33)
        pieces.draw(1, 50)
        assert [*first, *pieces.draw(0, 67)] == at_once.tolist()


def test_an_item_draws_the_same_whatever_stands_beside_it() -> None:
    alone = Streams(["b"], [spread(2, 4, 9)], PERT, 0).draw(0, 50)
    beside = Streams(["a", "b"], [spread(1, 5, 6), spread(2, 4, 9)], PERT, 0)
    beside.draw(0, 50)
    assert beside.draw(1, 50).tolist() == alone.tolist()


def test_another_seed_and_another_key_draw_otherwise() -> None:
    first = drawn((2, 4, 9), PERT)
    assert drawn((2, 4, 9), PERT, seed=1) != first
    assert drawn((2, 4, 9), PERT, key="b") != first


def test_draws_are_whole_parts_of_a_day_and_no_less_than_what_has_passed() -> None:
    found = Streams(["a"], [spread(2, 4, 9, floor=4)], PERT, 0).draw(0, 1_000)
    assert (found == np.rint(found)).all()
    assert found.min() == 4 * DAY
    assert found.max() > 6 * DAY


def slow_ranks(values: list[float]) -> list[float]:
    """The mean place of each value among all, places counted from 1."""
    return [
        sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
        for value in values
    ]


def test_rank_correlation_is_pearsons_of_mean_ranks_with_and_without_ties() -> None:
    source = np.random.default_rng(5)
    for ties in (3, 10, 10_000):
        one, other = source.integers(-ties, ties, (2, 60)).astype(float)
        expected = np.corrcoef(slow_ranks(one.tolist()), slow_ranks(other.tolist()))[0, 1]
        assert rank_correlation(ranks(one), ranks(other)) == pytest.approx(expected)
        assert rank_correlation(ranks(one), ranks(one)) == 1.0
        assert rank_correlation(ranks(one), ranks(-one)) == -1.0


def test_what_never_varies_has_no_rank_correlation() -> None:
    assert ranks(np.full(9, 4.0)) is None
    assert ranks(np.array([4.0])) is None
    assert rank_correlation(None, ranks(np.array([1.0, 2.0]))) is None


def test_ranks_go_through_zero_as_values_do() -> None:
    for values in ([-2.0, -1.0, 0.0, 1.0], [-0.0, 0.0, 1.0, 2.0], [0.0, -0.0, 0.5, 7.0]):
        found = ranks(np.array(values))
        assert found is not None
        assert all(
            (a < b) == (x < y)
            for (a, b), (x, y) in zip(pairwise(found), pairwise(values), strict=True)
        )
