"""The ways by which leaves are reached from the root of a roll-up.

References: docs/definitions.md §2.
"""

from collections.abc import Iterator

from graph.analyses.goals.contribution import Contribution

PATHS_LISTED = 20
"""Paths listed of each leaf."""
ONLY_STEPS = 100
"""Ways of so many steps are kept for the nodes below them: longer ones would fill the memory."""
PATH_STEPS_LISTED = 2_000_000
"""Beyond so many steps in all paths together the paths of further leaves are left empty."""


class LeafPaths:
    """Paths from the root to a leaf, found upward: within what contributes, every way up ends there."""

    def __init__(self, parts: Contribution) -> None:
        self._texts = [str(ref) for ref in parts.refs]
        self._above: list[list[int]] = [[] for _ in parts.refs]
        for at in parts.order:
            for child, _ in parts.shares[at]:
                self._above[child].append(at)
        self._only = self._only_ways(parts)
        self._left = PATH_STEPS_LISTED

    def _only_ways(self, parts: Contribution) -> list[tuple[str, ...]]:
        """Give the way to each node that is reached by one alone: most are, and share its steps."""
        ways: list[tuple[str, ...]] = [()] * len(parts.refs)
        ways[0] = (self._texts[0],)
        for at in parts.order:
            above = self._above[at]
            if len(above) == 1 and 0 < len(ways[above[0]]) < ONLY_STEPS:
                ways[at] = (*ways[above[0]], self._texts[at])
        return ways

    def to(self, leaf: int) -> tuple[tuple[str, ...], ...]:
        """Give the first paths to a leaf, none when too much has been listed already."""
        only = self._only[leaf]
        if only and self._left > 0:
            self._left -= len(only)
            return (only,)
        found = []
        for path in self._walk(leaf) if self._left > 0 else ():
            self._left -= len(path)
            found.append(tuple([self._texts[at] for at in reversed(path)]))
            if len(found) == PATHS_LISTED:
                break
        return tuple(sorted(found)) if len(found) > 1 else tuple(found)

    def _walk(self, leaf: int) -> Iterator[list[int]]:
        path, branches = [leaf], [iter(self._above[leaf])]
        if leaf == 0:
            yield path
        while path:
            above = next(branches[-1], None)
            if above is None:
                path.pop()
                branches.pop()
                continue
            path.append(above)
            branches.append(iter(self._above[above]))
            if above == 0:
                yield path
