"""The tree of objectives and key results that files of OKRs hold."""

from dataclasses import dataclass, field

from graph.errors import ErrorCode
from graph.model.values import Ref
from seeds.importers.rows import Row, nearest

_KINDS = {"objective": "Objective", "key_result": "KeyResult"}


@dataclass(frozen=True, slots=True)
class Item:
    """An objective or a key result as a row gives it.

    `kind` is `objective` or `key_result`; `owner_kind` a kind of node, "" where it is not said;
    `parents` are ids, each once.
    """

    key: str
    kind: str
    row: Row
    owner: str = ""
    owner_kind: str = ""
    parents: tuple[str, ...] = ()

    @property
    def is_objective(self) -> bool:
        """Whether it is an objective."""
        return self.kind == "objective"

    @property
    def ref(self) -> Ref:
        """The reference to its node."""
        return Ref(_KINDS[self.kind], self.key)


@dataclass(slots=True)
class Tree:
    """The items by their id, in the order of the files."""

    items: dict[str, Item] = field(default_factory=dict)
    _above: dict[str, Item] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        """Take an item; reports one without an id, one that is there twice, and other kinds."""
        key, kind, row = item.key, item.kind, item.row
        if not key or key in self.items:
            words = f"the item {key} is there twice" if key else "the item has no id"
            code = ErrorCode.DUPLICATE if key else ErrorCode.MISSING_VALUE
            hint = f"give it an id{' of its own' if key else ''}; it was left out"
            row.problem(code, words, field="id", value=key, hint=hint)
        elif kind not in _KINDS:
            hint = nearest(kind, list(_KINDS)) or "one of " + ", ".join(_KINDS)
            message = f"{key}: there is no kind {kind!r}"
            row.problem(ErrorCode.UNKNOWN_KIND, message, field="kind", value=kind, hint=hint)
        else:
            self.items[key] = item
            self._above.clear()

    def parents(self, item: Item) -> list[str]:
        """Give the ids of an item's parents; reports those that are not there."""
        for key in item.parents:
            if key not in self.items:
                message = f"{item.key}: there is no item {key!r}"
                hint = "the link was left out"
                item.row.problem(
                    ErrorCode.END_MISSING, message, field="parent", value=key, hint=hint
                )
        return [key for key in item.parents if key in self.items]

    def above(self, item: Item) -> Item | None:
        """Give the first objective that a key result is under, None where there is none."""
        return next(filter(None, map(self.objective_above, item.parents)), None)

    def measured(self, item: Item) -> list[tuple[str, str]]:
        """Give the parents of a key result, each with the objective at or above it.

        Reports a key result that is under another, and one that is under no objective.
        """
        parents = self.parents(item)
        found = [(key, above.key) for key in parents if (above := self.objective_above(key))]
        subject = str(item.ref)
        if not found and (parents or not item.parents):
            message = f"{item.key}: the key result measures no objective"
            item.row.problem(ErrorCode.MISSING_VALUE, message, subject=subject, field="parent")
        for parent, objective in found:
            if objective != parent:
                message = f"{item.key}: a key result under the key result {parent}"
                hint = f"it was put under {objective}"
                item.row.problem(
                    ErrorCode.END_KIND, message, subject=subject, field="parent", value=parent,
                    hint=hint,
                )  # fmt: skip
        return found

    def objective_above(self, key: str) -> Item | None:
        """Give the nearest objective at or above an id, None where there is none."""
        if not self._above:
            self._above = self._objectives()
        return self._above.get(key)

    def _objectives(self) -> dict[str, Item]:
        """Find the objectives above all items at once, level by level: chains may be long."""
        below: dict[str, list[Item]] = {}
        for item in self.items.values():
            for parent in () if item.is_objective else item.parents:
                below.setdefault(parent, []).append(item)
        above = {key: item for key, item in self.items.items() if item.is_objective}
        level = list(above)
        while level:
            reached = [
                item for key in level for item in below.get(key, ()) if item.key not in above
            ]
            found = {
                item.key: next(above[key] for key in item.parents if key in above)
                for item in reached
            }
            above |= found
            level = list(found)
        return above
