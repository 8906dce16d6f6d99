"""OKRs of one company and period, as a JSON object with a list of objectives and key results.

The mapping is told in docs/importers.md.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from graph.errors import BadUsage, ErrorCode, Violation
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json, Ref
from seeds.form import Report
from seeds.importers.okr.owners import Owners, company_key, owned_by_company
from seeds.importers.okr.periods import Period, period_of
from seeds.importers.okr.tree import Item, Tree
from seeds.importers.rows import Row, as_row, whole
from seeds.jsontext import BadJson, JsonText


def read_okr_json(
    paths: Sequence[Path], report: Report, note: Report | None = None
) -> Iterator[Record]:
    """Give the records of files of OKRs. BadUsage when there is none, or one cannot be read.

    With a `note`, owners that are likely one are made one in all files, and noted.
    """
    if not paths:
        msg = "no file of OKRs was named"
        raise BadUsage(msg, "name one or more JSON files")
    told: set[tuple[str, Json]] = set()
    files = [_File(path, report) for path in paths]
    owners = Owners((item for file in files for item in file.items), note)
    for file in files:
        for record in file.records(owners):
            if isinstance(record, NodeRecord):  # company, cycle and owners are in several files
                name = record.kind, record.key
                if name in told and record.kind in {"Company", "Cycle", "Team", "Person"}:
                    continue
                told.add(name)
            yield record


class _File:
    """One file: its head, and its items."""

    def __init__(self, path: Path, report: Report) -> None:
        self._name = path.name
        self._report = report
        self._tree = Tree()
        self._rows: list[Row] = []
        head: dict[str, Json] = {}
        try:
            head = self._read(JsonText(whole(path, report) or "{}"))
        except BadJson as bad:
            report(Violation(bad.code, bad.message, hint=bad.hint, source=path.name, line=bad.line))
        self._head = Row(head, path.name, 1, report)
        self._company = self._head.text("company")
        self._period = period_of(self._head) if self._company else Period()
        self._system = self._head.text("source") or path.name
        for row in self._rows:
            self._tree.add(owned_by_company(_item(row), self._company))

    def _read(self, text: JsonText) -> dict[str, Json]:
        head: dict[str, Json] = {}
        for name in text.members():
            if name != "items":
                head[name] = text.take()
                continue
            for line, value in text.items():
                row = as_row(value, self._name, line, self._report)
                if row is not None:
                    self._rows.append(row)
        return head

    @property
    def items(self) -> Collection[Item]:
        """The objectives and key results; none where there is no company to have them."""
        return self._tree.items.values() if self._company else ()

    def records(self, owners: Owners) -> Iterator[Record]:
        """Give the records: the company, its cycle, the owners, then the items and their links."""
        if not self._company:
            self._head.problem(ErrorCode.MISSING_VALUE, "the file names no company")
            return
        period = self._period
        company = Ref("Company", company_key(self._company))
        raw: dict[str, Json] = {"name": self._company}
        if period.fiscal_year_start:
            raw["fiscal_year_start"] = period.fiscal_year_start
        yield NodeRecord(company.kind, company.key, raw, self._name, 1)
        if period.key:
            yield NodeRecord("Cycle", period.key, period.properties, self._name, 1)
        yield from owners.nodes(self.items)
        for item in self.items:
            yield from self._nodes(item, owners)
        for item in self.items:
            yield from self._relations(item, owners)

    def _nodes(self, item: Item, owners: Owners) -> Iterator[Record]:
        key, row = item.key, item.row
        raw: dict[str, Json] = {"name": row.text("text") or key}
        outcome = row.text("outcome")
        if item.is_objective:
            raw |= _origin(self._system, key) | _score(row, outcome)
            yield NodeRecord("Objective", key, raw, row.source, row.line)
            return
        if outcome:
            raw["description"] = outcome
        tags = owners.tags(item, self._tree.above(item))
        if tags:
            raw["tags"] = tags
        raw |= _origin(self._system, key)
        raw |= {"type": "increase", "unit": "%", "start": 0, "target": 100}
        reached = _percent(row)
        if reached is not None:
            raw["current"] = reached
        yield NodeRecord("KeyResult", key, raw, row.source, row.line)
        if reached is not None and self._period.last_day:
            check: dict[str, Json] = {"at": self._period.last_day, "value": reached}
            yield NodeRecord("CheckIn", f"{key}-end", check, row.source, row.line)

    def _relations(self, item: Item, owners: Owners) -> Iterator[Record]:
        row, ref = item.row, str(item.ref)
        place = row.source, row.line
        if not item.is_objective:
            for _, objective in self._tree.measured(item):
                yield RelationRecord("MEASURES", ref, f"Objective/{objective}", {}, *place)
            if _percent(row) is not None and self._period.last_day:
                yield RelationRecord("FOR", f"CheckIn/{item.key}-end", ref, {}, *place)
            return
        parents = self._tree.parents(item)
        owner = owners.ref(item)
        if owner is not None:
            yield RelationRecord("OWNS", str(owner), ref, {}, *place)
        if self._period.key:
            yield RelationRecord("IN_CYCLE", ref, f"Cycle/{self._period.key}", {}, *place)
        for parent in parents:
            above = str(self._tree.items[parent].ref)
            yield RelationRecord("CONTRIBUTES_TO", ref, above, {}, *place)


def _item(row: Row) -> Item:
    parent = row.text("parent")
    return Item(
        row.text("id"), row.text("kind"), row, row.text("owner"),
        parents=(parent,) if parent else (),
    )  # fmt: skip


def _origin(system: str, key: str) -> dict[str, Json]:
    return {"source": system, "source_id": key}


def _percent(row: Row) -> int | float | None:
    value = row.values.get("outcome_percent")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int | float) else None


def _score(row: Row, outcome: str) -> dict[str, Json]:
    """Give the grade of an objective whose outcome was told, with the words for it."""
    raw: dict[str, Json] = {}
    reached = _percent(row)
    if reached is not None and 0 <= reached <= 100:
        raw["score"] = reached / 100
    elif reached is not None:
        message = f"{row.text('id')}: an outcome of {reached} % is no score"
        row.problem(ErrorCode.OUT_OF_RANGE, message, field="outcome_percent", hint="0 to 100")
    if outcome:
        raw["score_note"] = outcome
    return raw
