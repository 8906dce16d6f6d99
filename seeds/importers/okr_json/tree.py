"""The tree of objectives and key results that a file of OKRs holds."""

from dataclasses import dataclass, field

from graph.errors import ErrorCode
from seeds.importers.rows import Row, nearest

_KINDS = ("objective", "key_result")


@dataclass(slots=True)
class Tree:
    """The items of a file by their id, in its order."""

    items: dict[str, Row] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take an item; reports one without an id, one that is there twice, and other kinds."""
        key, kind = row.text("id"), row.text("kind")
        if not key or key in self.items:
            words = f"the item {key} is there twice" if key else "the item has no id"
            code = ErrorCode.DUPLICATE if key else ErrorCode.MISSING_VALUE
            row.problem(code, words, field="id", value=key)
        elif kind not in _KINDS:
            hint = nearest(kind, _KINDS) or "one of " + ", ".join(_KINDS)
            message = f"{key}: there is no kind {kind!r}"
            row.problem(ErrorCode.UNKNOWN_KIND, message, field="kind", value=kind, hint=hint)
        else:
            self.items[key] = row

    def ref(self, key: str) -> str:
        """Give the written reference to an item."""
        kind = "Objective" if self.is_objective(key) else "KeyResult"
        return f"{kind}/{key}"

    def is_objective(self, key: str) -> bool:
        """Whether an item is an objective."""
        return self.items[key].text("kind") == "objective"

    def parent(self, row: Row) -> str:
        """Give the id of an item's parent, "" for none; reports one that is not there."""
        key = row.text("parent")
        if not key or key in self.items:
            return key
        message = f"{row.text('id')}: there is no item {key!r}"
        row.problem(
            ErrorCode.END_MISSING, message, field="parent", value=key, hint="the link was left out"
        )
        return ""

    def owner_above(self, row: Row) -> str:
        """Give the owner of the objective at or above an item's parent, "" where there is none."""
        parent = row.text("parent")
        objective = self.objective_above(parent if parent in self.items else "")
        return self.items[objective].text("owner") if objective else ""

    def objective_above(self, key: str) -> str:
        """Give the nearest objective at or above an item, "" where there is none."""
        seen: set[str] = set()
        while key and not self.is_objective(key):
            if key in seen:
                return ""
            seen.add(key)
            key = self.items[key].text("parent")
            key = key if key in self.items else ""
        return key
