"""The owners of OKRs: the company, teams and people in a role, and spellings that may be one."""

import re
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz

from graph.errors import ErrorCode
from graph.model.records import NodeRecord, Record
from seeds.importers.rows import Row

COMPANY_OWNERS = frozenset({"ceo", "company"})
_ROLE = re.compile(
    r"((interim|acting|sr|senior)\.? )*"
    r"(vp|svp|evp|vice president|president|director|manager|head|chief|fellow|principal|controller"
    r"|pao|c[a-z]{1,2}o)\b",
    re.IGNORECASE,
)
_FILLING = frozenset({"of", "the", "and", "for"})


class Owners:
    """Who owns what, by the owner's name as it is written."""

    def __init__(self, company: str, rows: Iterable[Row]) -> None:
        self._company = company
        self._first: dict[str, Row] = {}
        for row in rows:
            name = row.text("owner")
            if name and name.lower() not in COMPANY_OWNERS and name not in self._first:
                self._warn(name, row)
                self._first[name] = row

    def ref(self, row: Row) -> str:
        """Give the written reference to the owner of an item, "" where it has none."""
        name = row.text("owner")
        if not name:
            return ""
        if name.lower() in COMPANY_OWNERS:
            return self._company
        return f"{_kind(name)}/{name}"

    def nodes(self) -> Iterator[Record]:
        """Give teams and people, in the order in which they are first named."""
        for name, row in self._first.items():
            yield NodeRecord(_kind(name), name, {"name": name}, row.source, row.line)

    def _warn(self, name: str, row: Row) -> None:
        for other in self._first:
            if _alike(name, other):
                message = f"the owners {name!r} and {other!r} may be one"
                row.problem(
                    ErrorCode.DUPLICATE, message, field="owner", value=name,
                    hint=f"if so, write {other!r}; they were kept apart",
                )  # fmt: skip


def _kind(name: str) -> str:
    return "Person" if _ROLE.match(name) else "Team"


def _alike(one: str, other: str) -> bool:
    """Tell whether two names differ in punctuation, filling words or a letter, or one is initials."""
    words, others = _words(one), _words(other)
    if words == others or fuzz.ratio(" ".join(words), " ".join(others)) >= 94:
        return True
    return _initials(words) == "".join(others) or _initials(others) == "".join(words)


def _words(name: str) -> list[str]:
    return [word for word in re.findall(r"\w+", name.lower()) if word not in _FILLING]


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words) if len(words) > 1 else ""
