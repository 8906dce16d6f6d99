"""The variables of a request, bounded before anything converts them."""

from collections.abc import Mapping

from schema.bounds import Limits
from schema.scan import limit_error


def bounded(variables: Mapping[str, object] | None, limits: Limits) -> None:
    """Raise the GraphQLError of a limit that variables pass. Cost: linear, up to the limit."""
    count = 0
    waiting: list[tuple[object, int]] = [(variables or {}, 0)]
    while waiting:
        value, level = waiting.pop()
        inner = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(inner, list):
            continue
        count += len(inner)
        if count > limits.values:
            raise limit_error("values", None, limits.values, what="The variables")
        if inner and level > limits.value_depth:
            raise limit_error("value_depth", level, limits.value_depth, what="The variables")
        waiting += [(each, level + 1) for each in inner if isinstance(each, dict | list)]
