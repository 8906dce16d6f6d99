"""Connections: pages of edges, as Relay has them."""

from collections.abc import Callable, Sequence

from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from schema.building import TypeRef, argument, attribute, many, object_type, optional
from schema.paging import PAGE_DEFAULT, PAGE_MOST


def page_info_type() -> type:
    """Make `PageInfo`."""
    return object_type(
        "PageInfo",
        "Where a page stands in its connection.",
        [
            attribute(
                "hasNextPage", bool, "Whether there is more after the page.", source="has_next_page"
            ),
            attribute(
                "hasPreviousPage",
                bool,
                "Whether there is more before the page.",
                source="has_previous_page",
            ),
            attribute(
                "startCursor",
                optional(str),
                "The cursor of the first edge; null on an empty page.",
                source="start_cursor",
            ),
            attribute(
                "endCursor",
                optional(str),
                "The cursor of the last edge; null on an empty page.",
                source="end_cursor",
            ),
        ],
    )


class Connections:
    """Makes each connection type once."""

    def __init__(self) -> None:
        self._page_info = page_info_type()
        self._made: dict[str, type] = {}

    def of(
        self,
        name: str,
        node: TypeRef,
        what: str,
        fields: Callable[[], Sequence[StrawberryField]] = list,
    ) -> type:
        """Give the connection type `{name}Connection` whose edges lead to `node`.

        `what` names its rows in a sentence; `fields` are what the edges carry beside the node.
        """
        if name not in self._made:
            edge = object_type(
                f"{name}Edge",
                f"An edge of a connection of {what}.",
                [
                    attribute("cursor", str, "Its place in the order, for `after` and `before`."),
                    attribute("node", node, "What the edge leads to."),
                    *fields(),
                ],
            )
            self._made[name] = self._connection(name, edge, node, what)
        return self._made[name]

    def _connection(self, name: str, edge: type, node: TypeRef, what: str) -> type:
        return object_type(
            f"{name}Connection",
            f"A page of {what}.",
            [
                attribute("edges", many(edge), "The edges of the page, in order."),
                attribute(
                    "nodes", many(node), "What the edges lead to: a shortcut past the edges."
                ),
                attribute(
                    "pageInfo", self._page_info, "Where the page stands.", source="page_info"
                ),
                attribute(
                    "totalCount",
                    int,
                    "How many there are in all, on every page together.",
                    source="total_count",
                ),
            ],
        )


def window_arguments() -> list[StrawberryArgument]:
    """Make the arguments that say which page is wanted."""
    return [
        argument(
            "first",
            optional(int),
            f"How many to give, from the front: at most {PAGE_MOST}; {PAGE_DEFAULT} if left out.",
        ),
        argument("after", optional(str), "Only what comes after this cursor."),
        argument("last", optional(int), f"How many to give, from the back: at most {PAGE_MOST}."),
        argument("before", optional(str), "Only what comes before this cursor."),
    ]
