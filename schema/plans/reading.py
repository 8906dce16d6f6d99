"""A context as resolvers of a plan see it, that notes what their answers depend on."""

from typing import Any, Final

from schema.context import Context

_OF_THE_GRAPH: Final = frozenset({"snapshot", "slots", "payer", "standing", "turns", "today"})
"""What a resolver may use of a context whose answer is the same for all, at least on a day."""


class Reading:
    """A context as resolvers see it, that notes what their answers depend on."""

    __slots__ = ("_context", "by_day", "by_more")

    def __init__(self, context: Context) -> None:
        self._context = context
        self.by_day = False
        self.by_more = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands for a context
        if name == "today":
            self.by_day = True
        elif name not in _OF_THE_GRAPH:
            self.by_more = True
        return getattr(self._context, name)
