import math
from datetime import date
from statistics import linear_regression

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.analyses.goals.projection import LEVEL, mean_interval, projected, student
from graph.model.entities import KeyResult
from graph.model.vocabulary import KeyResultType

END = date(2026, 3, 31)
DAY = float(date(2026, 1, 1).toordinal())
GOAL = KeyResult(key="k", start=0, target=100)


def density(t: float, freedom: int) -> float:
    """Give Student's density, by the gamma function."""
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    bell = math.pow(1 + t * t / freedom, -(freedom + 1) / 2)
    return math.exp(scale) / math.sqrt(freedom * math.pi) * bell


@pytest.mark.parametrize("freedom", [1, 2, 3, 5, 8, 13, 21, 30, 31, 40, 75, 200, 1000])
def test_four_of_five_lie_between_the_quantiles_of_student(freedom: int) -> None:
    top, steps = student(freedom), 4_000
    width = top / steps
    ends = density(0, freedom) + density(top, freedom)
    inner = sum((4 if n % 2 else 2) * density(n * width, freedom) for n in range(1, steps))
    assert 2 * (ends + inner) * width / 3 == pytest.approx(LEVEL, abs=2e-4)  # Simpson's rule


points = st.lists(
    st.tuples(st.integers(0, 60).map(lambda n: DAY + n), st.integers(-50, 150).map(float)),
    min_size=3,
    max_size=12,
)


@given(points)
def test_the_line_is_the_least_squares_line_and_the_interval_that_of_a_new_observation(
    drawn: list[tuple[float, float]],
) -> None:
    days, values = zip(*drawn, strict=True)
    assume(len(set(days)) > 1)
    found = projected(GOAL, drawn, END)
    assert found is not None
    slope, base = linear_regression([day - DAY for day in days], values)
    at, count = END.toordinal() - DAY, len(drawn)
    assert found.value == pytest.approx(base + slope * at, abs=1e-6)
    # By the normal equations: the variance of a prediction is s² (1 + x' (X'X)^-1 x).
    xs = [day - DAY for day in days]
    a, b, d = float(count), sum(xs), sum(x * x for x in xs)
    leverage = (d - 2 * b * at + a * at * at) / (a * d - b * b)
    left = sum((y - base - slope * x) ** 2 for x, y in zip(xs, values, strict=True))
    width = student(count - 2) * math.sqrt(left / (count - 2) * (1 + leverage))
    assert found.low == pytest.approx(found.value - width, abs=1e-5)
    assert found.high == pytest.approx(found.value + width, abs=1e-5)
    assert found.progress_low is not None
    assert found.progress_high is not None
    assert 0 <= found.progress_low <= found.progress <= found.progress_high <= 1


def test_two_check_ins_give_a_line_and_no_interval() -> None:
    found = projected(GOAL, [(DAY, 0.0), (DAY + 10, 5.0)], date(2026, 1, 31))
    assert found is not None
    assert (found.value, found.progress) == (15.0, 0.15)
    assert (found.low, found.high, found.progress_low, found.progress_high) == (None,) * 4


def test_check_ins_on_one_day_point_nowhere() -> None:
    assert projected(GOAL, [(DAY, 0.0), (DAY, 5.0), (DAY, 9.0)], END) is None
    assert projected(GOAL, [(DAY, 0.0), (DAY + 0.3, 5.0), (DAY + 0.9, 9.0)], END) is None
    assert projected(GOAL, [(DAY, 0.0)], END) is None
    assert projected(GOAL, [], END) is None


def test_a_band_may_be_left_at_either_end_of_the_interval() -> None:
    band = KeyResult(key="k", type=KeyResultType.STAY_WITHIN, low=4, high=6)
    found = projected(band, [(DAY, 1.0), (DAY + 1, 9.0), (DAY + 2, 2.0), (DAY + 3, 8.0)], END)
    assert found is not None
    assert (found.progress_low, found.progress_high) == (0.0, 0.0)
    near = projected(band, [(DAY, 5.0), (DAY + 45, 5.4), (DAY + 89, 4.6)], END)
    assert near is not None
    assert (near.progress_low, near.progress, near.progress_high) == (0.0, 1.0, 1.0)


def test_values_that_overflow_give_no_forecast() -> None:
    assert projected(GOAL, [(DAY, -1e308), (DAY + 1, 1e308)], END) is None
    far = KeyResult(key="k", start=-1e308, target=1.7e308)
    assert projected(far, [(DAY, 1e308), (DAY + 1, 1.1e308), (DAY + 2, -1.7e308)], END) is None
    band = KeyResult(key="k", type=KeyResultType.STAY_WITHIN, low=-1e308, high=1e308)
    wide = projected(band, [(DAY, 1.7e308), (DAY + 1, -1.7e308), (DAY + 2, 1.7e308)], END)
    assert wide is not None
    assert (wide.progress, wide.low, wide.high) == (1.0, None, None)
    bare = KeyResult(key="k")
    assert projected(bare, [(DAY, 1.0), (DAY + 1, 2.0)], END) is None


def test_the_largest_values_are_projected_as_small_ones_are() -> None:
    large = KeyResult(key="k", start=0, target=1e308)
    days = [(DAY, 1.0), (DAY + 30, 2.0), (DAY + 60, 4.0)]
    small = projected(KeyResult(key="k", start=0, target=10), days, END)
    found = projected(large, [(day, value * 1e307) for day, value in days], END)
    assert small is not None
    assert found is not None
    assert found.value == pytest.approx(small.value * 1e307)
    assert (found.progress, found.progress_low, found.progress_high) == pytest.approx(
        (small.progress, small.progress_low, small.progress_high)
    )


def test_what_weighs_nothing_gives_no_interval() -> None:
    sure = (1.0, 0.4, None, None)
    assert mean_interval([sure, (0.0, 0.9, 0.8, 1.0)]) == (0.4, None, None, 1.0)
    assert mean_interval([(0.0, 0.9, 0.8, 1.0)]) == (None, None, None, 0.0)
