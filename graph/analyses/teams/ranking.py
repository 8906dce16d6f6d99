"""Ranks by a value, and the weighted Borda count that puts several of them together.

References: docs/definitions.md §4. J.-C. de Borda, Mémoire sur les élections au scrutin, 1781.
"""

import math
from collections.abc import Mapping

_DIGITS = 12
"""Values that agree in so many digits are equal: beyond lies what rounding left over."""


def ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Rank from the highest value down, 1 the highest; equal values share the better rank."""
    rounded = {key: _rounded(value) for key, value in values.items()}
    found: dict[float, int] = {}
    for place, value in enumerate(sorted(rounded.values(), reverse=True), 1):
        found.setdefault(value, place)
    return {key: found[value] for key, value in rounded.items()}


def points(values: Mapping[str, float]) -> dict[str, float]:
    """Give the share of the others that each is above, equal ones counting half; alone, a half."""
    if len(values) < 2:
        return dict.fromkeys(values, 0.5)
    rounded = {key: _rounded(value) for key, value in values.items()}
    places = [*enumerate(sorted(rounded.values()))]
    below = {value: place for place, value in reversed(places)}
    through = {value: place for place, value in places}
    return {
        key: (below[value] + through[value]) / 2 / (len(values) - 1)
        for key, value in rounded.items()
    }


def score(
    key: str, components: Mapping[str, Mapping[str, float]], weights: Mapping[str, float]
) -> float:
    """Give the weighted mean of the points of one, over the components that have a value for it."""
    counted = [(weights[name], found[key]) for name, found in components.items() if key in found]
    total = math.fsum(weight for weight, _ in counted)
    return math.fsum(weight * point for weight, point in counted) / total if total else 0.0


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS - 1}e}")
