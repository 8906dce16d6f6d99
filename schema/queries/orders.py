"""The order inputs of each kind, read off the catalogue."""

from enum import Enum

from schema.building import enum_type, input_field, input_type
from schema.naming import words
from schema.queries.ordering import CUT, MOST_KEYS, columns_of
from schema.types.enums import NullsPlace, OrderDirection
from schema.types.values import Values


class Orders:
    """Gives the order input of a kind, or of all kinds; makes each once."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._made: dict[str, type] = {}

    def of(self, label: str) -> type:
        """Give `{Kind}Order`, or `NodeOrder`."""
        if label not in self._made:
            self._made[label] = self._make(label)
        return self._made[label]

    def _make(self, label: str) -> type:
        what = words(label)
        names = [
            (name.upper(), name, column.prop.prop.description)
            for name, column in columns_of(label).items()
        ]
        cls = Enum(f"{label}OrderField", {n: v for n, v, _ in names})  # type: ignore[misc]
        text = f"What {what}s can be sorted by; texts by their first {CUT} characters."
        field = enum_type(cls, f"{label}OrderField", text, names)
        fixed = self._values.fixed
        return input_type(
            f"{label}Order",
            f"Something by which {what}s are sorted; at most {MOST_KEYS} of them.",
            [
                input_field("field", field, "By what."),
                input_field(
                    "direction",
                    fixed[OrderDirection],
                    "Which end comes first.",
                    default=OrderDirection.ASC.value,
                ),
                input_field(
                    "nulls",
                    fixed[NullsPlace],
                    "Where those without a value come.",
                    default=NullsPlace.LAST.value,
                ),
            ],
        )
