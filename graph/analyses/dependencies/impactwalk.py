"""A breadth first search over what carries a slip, in which some kinds are stepped over.

References: docs/definitions.md §5. E. F. Moore, The shortest path through a maze, 1959.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph.analyses.dependencies.reachindex import Arcs

if TYPE_CHECKING:
    from graph.analyses.dependencies.reachindex import Numbers

WIDE = 200
"""From so many nodes or arcs on a level is walked as an array and not node by node."""
NONE = -1


@dataclass(slots=True)
class Walk:
    """What is reached from a root, by levels; hidden nodes belong to the level they hang on.

    `levels` are the nodes by distance, ascending, without the root; `before` is the node before each
    on a shortest way (of several the smallest), -1 for what is not reached; `cut` are the nodes from
    which it would go on beyond the depth. `inside` are arcs of the root and of what it holds beside
    those of the graph.
    """

    ahead: Arcs
    root: int
    hidden: Sequence[bool]
    inside: Mapping[int, Sequence[int]]
    levels: list[list[int]] = field(default_factory=list)
    before: "Numbers" = field(init=False)
    cut: list[int] = field(default_factory=list)

    def run(self, depth: int | None) -> None:
        """Walk. Cost: linear in what is reached."""
        import numpy as np  # noqa: PLC0415 - 70 ms that few processes need

        self.before = np.full(len(self.ahead.starts) - 1, NONE, dtype=np.int64)
        self.before[self.root] = self.root
        level = [self.root]
        while level:
            if depth is not None and len(self.levels) == depth:
                self.cut = [node for node in level if self._leads_on(node)]
                return
            if not self.hidden and not self.inside and self._is_wide(level):
                level = self._next_of_many(level)
            else:
                level = sorted(self._next(level))
            if level:
                self.levels.append(level)

    def _is_wide(self, level: Sequence[int]) -> bool:
        starts = self.ahead.starts
        return len(level) >= WIDE or any(starts[at + 1] - starts[at] >= WIDE for at in level)

    def _heads(self, node: int) -> list[int]:
        heads = self.ahead.of(node)
        return sorted({*heads, *self.inside[node]}) if node in self.inside else heads

    def _next(self, level: Sequence[int]) -> list[int]:
        """Give the nodes that are one step behind a level and not yet known."""
        found: list[int] = []
        before, hidden = self.before, self.hidden
        for node in level:
            passed = [node]
            for at in passed:
                for head in self._heads(at):
                    if before[head] == NONE:
                        before[head] = node
                        (passed if hidden and hidden[head] else found).append(head)
        return found

    def _next_of_many(self, level: Sequence[int]) -> list[int]:
        """Do the same by arrays: the last to be written down as before is the smallest."""
        import numpy as np  # noqa: PLC0415 - 70 ms that few processes need

        tails, heads = self.ahead.of_all(np.array(level, dtype=np.int64))
        new = self.before[heads] == NONE
        tails, heads = tails[new][::-1], heads[new][::-1]
        self.before[heads] = tails
        reached = np.zeros(len(self.before), dtype=np.bool_)
        reached[heads] = True
        found: list[int] = np.flatnonzero(reached).tolist()
        return found

    def _leads_on(self, node: int) -> bool:
        """Say whether something that would be listed lies beyond a node."""
        seen, passed = {node}, [node]
        for at in passed:
            for head in self._heads(at):
                if self.before[head] != NONE or head in seen:
                    continue
                if not (self.hidden and self.hidden[head]):
                    return True
                seen.add(head)
                passed.append(head)
        return False
