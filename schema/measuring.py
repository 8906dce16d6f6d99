"""How large an operation is once its fragments are spread out: levels, aliases, fields."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
)

from schema.bounds import Limits
from schema.scan import limit_error


@dataclass(frozen=True, slots=True)
class Size:
    """How deep a selection goes, and how many aliases and fields it holds, fragments spread out."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


def fragments_of(document: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    """Give the fragments of a document by name."""
    return {
        found.name.value: found
        for found in document.definitions
        if isinstance(found, FragmentDefinitionNode)
    }


def oversized(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """Give an error for each limit that an operation passes. Cost: linear in the document.

    Each fragment is measured once, those that it spreads before it; one that spreads itself counts
    for nothing there, since another rule refuses it.
    """
    fragments = fragments_of(document)
    known: dict[str, Size] = {}
    for name in spread_first(fragments):
        known[name] = _measured(fragments[name].selection_set.selections, known)
    errors = []
    for found in document.definitions:
        if isinstance(found, OperationDefinitionNode):
            size = _measured(found.selection_set.selections, known)
            for limit in ("depth", "aliases", "fields"):
                count, most = getattr(size, limit), getattr(limits, limit)
                if count > most:
                    errors.append(limit_error(limit, count, most))
    return errors


def spread_first(fragments: Mapping[str, FragmentDefinitionNode]) -> Sequence[str]:
    """Give the names of fragments, each after those that it spreads, without recursion."""
    spreads = {name: tuple(_spreads(found)) for name, found in fragments.items()}
    done: dict[str, None] = {}
    entered: set[str] = set()
    for first in fragments:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            if name not in entered:
                entered.add(name)
                waiting += [
                    each for each in spreads[name] if each in spreads and each not in entered
                ]
            else:
                done.setdefault(waiting.pop())
    return tuple(done)


def _spreads(fragment: FragmentDefinitionNode) -> Iterator[str]:
    for node in _walked(fragment.selection_set.selections):
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value


def _walked(selections: Sequence[SelectionNode]) -> Iterator[SelectionNode]:
    waiting = list(selections)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            waiting += node.selection_set.selections


def _measured(selections: Sequence[SelectionNode], known: Mapping[str, Size]) -> Size:
    depth = aliases = fields = 0
    waiting = [(node, 0) for node in selections]
    while waiting:
        node, level = waiting.pop()
        if isinstance(node, FragmentSpreadNode):
            size = known.get(node.name.value, Size())
            depth = max(depth, level + size.depth)
            aliases, fields = aliases + size.aliases, fields + size.fields
            continue
        if isinstance(node, FieldNode):
            level += not node.name.value.startswith("__")
            depth, fields = max(depth, level), fields + 1
            aliases += node.alias is not None
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            waiting += [(inner, level) for inner in node.selection_set.selections]
    return Size(depth, aliases, fields)
