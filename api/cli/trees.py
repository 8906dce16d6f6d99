"""Shows what has children as a tree."""

from collections.abc import Sequence
from typing import Protocol, TypeGuard

from rich.text import Text
from rich.tree import Tree

from api.cli.plain import plain

REACHED = 0.7
"""Progress from which an aspirational objective counts as a success."""

_WITH_PROGRESS = frozenset({"Objective", "KeyResult"})


class Branch(Protocol):
    """What a tree is made of: a node of the graph with others below it.

    `repeated`: what is below was shown at its first place. `cut`: it goes on, beyond what is shown.
    """

    @property
    def kind(self) -> str: ...  # noqa: D102 - said above
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str | None: ...  # noqa: D102
    @property
    def repeated(self) -> bool: ...  # noqa: D102
    @property
    def cut(self) -> bool: ...  # noqa: D102
    @property
    def children(self) -> Sequence["Branch"]: ...  # noqa: D102


def is_tree(value: object) -> TypeGuard[Branch]:
    """Say whether a value is the root of a tree."""
    return all(
        hasattr(value, name) for name in ("kind", "key", "name", "repeated", "cut", "children")
    )


def tree_of(root: Branch) -> Tree:
    """Make a tree to show. Without recursion: chains may be long."""
    made = Tree(label_of(root), guide_style="dim")
    todo: list[tuple[Branch, Tree]] = [(root, made)]
    for branch, shown in todo:
        todo.extend((child, shown.add(label_of(child))) for child in branch.children)
    return made


def label_of(branch: Branch) -> Text:
    """Give a node's line: progress where there is one, key, name, and what is not shown below."""
    line = Text()
    line.append(plain(f"{branch.kind}/{branch.key}"), "cyan")
    if branch.name and branch.name != branch.key:
        line.append("  " + plain(branch.name))
    if branch.kind in _WITH_PROGRESS:
        line.append_text(_progress(branch))
    state = getattr(branch, "state", None)
    if state:
        line.append(f"  [{plain(str(state))}]", "dim")
    if branch.repeated:
        line.append("  (as above)", "dim")
    if branch.cut:
        line.append("  …", "dim")
    return line


def _progress(branch: Branch) -> Text:
    progress, coverage = getattr(branch, "progress", None), getattr(branch, "coverage", None)
    if not isinstance(progress, float | int):
        return Text("  no data", "dim")
    line = Text(f"  {progress:.0%}", "bold green" if progress >= REACHED else "bold yellow")
    if isinstance(coverage, float) and coverage < 1 - 1e-9:
        line.append(f" of the {coverage:.0%} with data", "dim")
    return line
