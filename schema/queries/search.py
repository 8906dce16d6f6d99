"""`search`: nodes by what they are called.

A node is found when each word of the text is in its key, name, description or tags, whatever the
case. Best first: the key or name is the text, begins with it, holds it; then the other places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple

from graph.errors import BadUsage
from graph.model.catalog import ENTITIES, EntityKind
from graph.model.changes import Change, NodeChange
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from schema.building import CallField, argument, attribute, many, object_type, optional
from schema.context import Context
from schema.folding import folded
from schema.paging import Window
from schema.queries.pin import pinned
from schema.types.values import Values
from schema.views import NodeView, RootView, node_view
from schema.worker import stoppable

MOST_CHARACTERS = 200


class _Words(NamedTuple):
    """What a node is called, folded: its names, and all its words."""

    ref: Ref
    names: tuple[str, ...]
    everything: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that was found; the lower the rank, the better."""

    node: NodeView
    rank: int


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: the best of it, and how much there is."""

    hits: Sequence[Hit]
    total_count: int


def _words_of(entity: Entity) -> _Words:
    names = tuple(folded(text) for text in (entity.key, entity.name) if text)
    more = [folded(text) for text in (entity.description, *entity.tags) if text]
    return _Words(entity.ref, names, "\n".join([*names, *more]))


class _Index:
    """What the nodes of a kind are called, by key; moved forward by writes."""

    __slots__ = ("_kind",)

    def __init__(self, kind: EntityKind[Entity]) -> None:
        self._kind = kind

    def build(self, snapshot: Snapshot) -> dict[str, _Words]:
        """Fold all texts."""
        return {node.key: _words_of(node) for node in snapshot.ordered(self._kind.cls)}

    def advance(
        self, value: dict[str, _Words], after: Snapshot, changes: Sequence[Change]
    ) -> dict[str, _Words]:
        """Fold what was changed anew."""
        del after
        own = [c for c in changes if isinstance(c, NodeChange) and c.ref.kind == self._kind.label]
        if not own:
            return value
        moved = dict(value)
        for change in own:
            if change.after is None:
                moved.pop(change.ref.key, None)
            else:
                moved[change.ref.key] = _words_of(change.after)
        return moved


_INDEXES = {kind.label: _Index(kind) for kind in ENTITIES}


def _rank(words: _Words, text: str) -> int:
    if text in words.names:
        return 0
    if any(name.startswith(text) for name in words.names):
        return 1
    return 2 if any(text in name for name in words.names) else 3


def find(snapshot: Snapshot, text: str, kinds: Sequence[str], limit: int) -> Hits:
    """Find nodes by a text. Cost: linear in the texts of the kinds; folded once, and again what is written."""
    wanted = " ".join(folded(text).split())
    terms = wanted.split()
    found = [
        (_rank(words, wanted), words.ref)
        for kind in kinds
        for words in snapshot.evolved(_INDEXES[kind]).values()
        if terms and all(term in words.everything for term in terms)
    ]
    best = [(node_view(snapshot, ref), rank) for rank, ref in nsmallest(limit, found)]
    return Hits([Hit(view, rank) for view, rank in best if view is not None], len(found))


async def _search(
    root: RootView | None,
    context: Context,
    text: str,
    kinds: list[object] | None = None,
    first: int | None = None,
) -> Hits:
    if len(text) > MOST_CHARACTERS:
        msg = f"the text has {len(text)} characters: the limit is {MOST_CHARACTERS}"
        raise BadUsage(msg, "search for less")
    named = [str(getattr(kind, "value", kind)) for kind in kinds or ()]
    every = [kind.label for kind in ENTITIES if kinds is None or kind.label in named]
    snapshot, size = pinned(root, context), Window(first).size()
    return await stoppable(lambda: find(snapshot, text, every, size))


def search_field(values: Values, node: type) -> CallField:
    """Make `search`."""
    hit = object_type(
        "SearchHit",
        "A node that a search found.",
        [
            attribute("node", node, "The node."),
            attribute(
                "rank",
                int,
                "How well it fits: 0 its key or name is the text, 1 begins with it, 2 holds it,"
                " 3 the words are elsewhere.",
            ),
        ],
    )
    hits = object_type(
        "SearchHits",
        "What a search found, best first.",
        [
            attribute("hits", many(hit), "The best of it."),
            attribute("totalCount", int, "How much was found in all.", source="total_count"),
        ],
    )
    return CallField(
        "search",
        optional(hits),
        "Nodes with all words of a text in their key, name, description or tags.",
        _search,
        [
            argument("text", str, f"The words, at most {MOST_CHARACTERS} characters."),
            argument("kinds", optional(many(values.kind)), "Only nodes of these kinds."),
            argument("first", optional(int), "How many to give at most; 50 if left out."),
        ],
    )
