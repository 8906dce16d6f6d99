"""Our own header, and a row of it as an item of the tree."""

import re

from graph.errors import ErrorCode
from seeds.importers.delimited import Columns
from seeds.importers.okr.owners import OWNER_KINDS
from seeds.importers.okr.tree import Item
from seeds.importers.rows import Row, nearest

OWN = Columns(
    "okr-csv",
    ("id", "kind", "title"),
    (
        "owner", "owner_kind", "cycle", "cycle_from", "cycle_to", "parent", "relation", "weight",
        "type", "unit", "start", "target", "low", "high", "current", "confidence", "state",
        "score", "score_note", "tags", "description", "check_in_date", "check_in_note",
        "check_in_by",
    ),
)  # fmt: skip
_KIND_WORDS = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower(): kind for kind in OWNER_KINDS}
_SHORT = {"kr": "key_result", "o": "objective"}


def item_of(row: Row) -> Item:
    """Give an item; reports a kind of owner that is none, and then leaves it to the name."""
    kind = _folded(row.text("kind"))
    return Item(
        row.text("id"), _SHORT.get(kind, kind), row, row.text("owner"), _owner_kind(row),
        tuple(dict.fromkeys(parts(row, "parent"))),
    )  # fmt: skip


def parts(row: Row, name: str) -> list[str]:
    """Give the parts of a cell that holds a list, set apart by semicolons or line breaks."""
    return [part.strip() for part in re.split(r"[;\r\n]", row.text(name)) if part.strip()]


def _owner_kind(row: Row) -> str:
    word = _folded(row.text("owner_kind"))
    if word and not row.text("owner"):
        message = f"owner_kind {word!r} without an owner"
        row.problem(ErrorCode.MISSING_VALUE, message, field="owner", hint="name the owner")
        return ""
    if word and word not in _KIND_WORDS:
        hint = nearest(word, list(_KIND_WORDS)) or "one of " + ", ".join(_KIND_WORDS)
        message = f"there is no kind of owner {word!r}"
        row.problem(ErrorCode.UNKNOWN_KIND, message, field="owner_kind", value=word, hint=hint)
    return _KIND_WORDS.get(word, "")


def _folded(word: str) -> str:
    return re.sub(r"[\s-]+", "_", word.casefold())
