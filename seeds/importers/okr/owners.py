"""The owners of OKRs: the company, teams and people in a role, and spellings that may be one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from graph.errors import ErrorCode
from graph.model.records import NodeRecord, Record
from graph.model.values import Json, Ref
from seeds.form import Report
from seeds.importers.okr.alike import Groups, grouped
from seeds.importers.okr.tree import Item

COMPANY_OWNERS = frozenset({"ceo", "company"})
OWNER_KINDS = ("Company", "ValueStream", "Product", "Team", "Person")
_ROLE = re.compile(
    r"((interim|acting|sr|senior)\.? )*"
    r"(vp|svp|evp|vice president|president|director|manager|head|chief|fellow|principal|controller"
    r"|pao|c[a-z]{1,2}o)\b",
    re.IGNORECASE,
)


class Owners:
    """Who owns what, by the owner's name as it is written.

    With a `note`, names that are likely one are made one, under the first spelling, and each is
    noted; without, they are reported and kept apart.
    """

    def __init__(self, items: Iterable[Item], note: Report | None = None) -> None:
        self._named: dict[Ref, Item] = {}
        self._elsewhere: set[Ref] = set()
        here: set[Ref] = set()
        for item in items:
            ref = _as_written(item)
            if ref is not None:
                self._named.setdefault(ref, item)
                (self._elsewhere if _is_reference(item) else here).add(ref)
        self._elsewhere -= here
        self._merged = self._joined(note)
        self._told: set[Ref] = set()

    def ref(self, item: Item) -> Ref | None:
        """Give the owner of an item, None where it has none."""
        written = _as_written(item)
        return None if written is None else self._merged.get(written, written)

    def tags(self, item: Item, above: Item | None) -> list[str]:
        """Tag a key result with its owner, if that is another than its objective's.

        In the graph only objectives have owners.
        """
        owner = self.ref(item)
        if owner is None or (above is not None and owner == self.ref(above)):
            return []
        written = item.row.text("owner")
        return [f"owner:{written if owner.kind == 'Company' and written else owner.key}"]

    def nodes(self, items: Iterable[Item], *, named: bool = True) -> Iterator[Record]:
        """Give the owners of items that were not given before, without companies.

        An owner that is written KIND/KEY stands elsewhere, and is not made. With `named`, the
        key is the name too; without, a name that the graph has stays.
        """
        for item in items:
            ref = self.ref(item)
            if ref is None or ref.kind == "Company" or ref in self._told or ref in self._elsewhere:
                continue
            self._told.add(ref)
            raw: dict[str, Json] = {"name": ref.key} if named else {}
            yield NodeRecord(ref.kind, ref.key, raw, item.row.source, item.row.line)

    def _joined(self, note: Report | None) -> Mapping[Ref, Ref]:
        """Give the first spelling of every owner that has another, and tell of it."""
        merged: dict[Ref, Ref] = {}
        for kind in OWNER_KINDS[1:]:
            names = [ref.key for ref in self._named if ref.kind == kind]
            found = grouped(names, lambda name, kind=kind: kind != "Person" or _is_role(name))  # type: ignore[misc]
            for name in names:
                self._tell(Ref(kind, name), found, note)
                if note is not None and found.first[name] != name:
                    merged[Ref(kind, name)] = Ref(kind, found.first[name])
        return merged

    def _tell(self, ref: Ref, found: Groups, note: Report | None) -> None:
        name, first = ref.key, found.first[ref.key]
        row = self._named[ref].row
        if name in found.unclear:
            message = f"the owner {name!r} may be {' or '.join(map(repr, found.unclear[name]))}"
            hint = "write the one that is meant; they were kept apart"
        elif first == name:
            return
        elif note is None:
            message = f"the owners {name!r} and {first!r} may be one"
            hint = f"if so, write {first!r} or ask to merge them; they were kept apart"
        else:
            message, hint = f"the owner {name!r} was merged into {first!r}", ""
            row = row.into(note)
        row.problem(ErrorCode.DUPLICATE, message, field="owner", value=name, hint=hint)


def owned_by_company(item: Item, company: str) -> Item:
    """Give an item with the company as its owner, where that is written `CEO` or `company`."""
    if item.owner_kind or not company or item.owner.casefold() not in COMPANY_OWNERS:
        return item
    return replace(item, owner=company, owner_kind="Company")


def company_key(name: str) -> str:
    """Give the key of a company by its name."""
    return name.lower().replace(" ", "-")


def _as_written(item: Item) -> Ref | None:
    name, kind = item.owner, item.owner_kind
    if not name:
        return None
    if kind:
        return Ref(kind, company_key(name) if kind == "Company" else name)
    if _is_reference(item):
        return Ref.parse(name)
    return Ref("Person" if _is_role(name) else "Team", name)


def _is_role(name: str) -> bool:
    return _ROLE.match(name) is not None


def _is_reference(item: Item) -> bool:
    """Whether an owner is written as a thing of the graph: KIND/KEY."""
    kind, slash, key = item.owner.partition("/")
    return not item.owner_kind and bool(slash and key) and kind in OWNER_KINDS
