"""OKRs of one company and period, as a JSON object with a list of objectives and key results.

The mapping is told in docs/importers.md.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from graph.errors import BadUsage, ErrorCode, Violation
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from seeds.form import Report
from seeds.importers.okr_json.owners import Owners
from seeds.importers.okr_json.periods import Period, period_of
from seeds.importers.okr_json.tree import Tree
from seeds.importers.rows import Row, as_row, whole
from seeds.jsontext import BadJson, JsonText


def read_okr_json(paths: Sequence[Path], report: Report) -> Iterator[Record]:
    """Give the records of files of OKRs. BadUsage when there is none, or one cannot be read."""
    if not paths:
        msg = "no file of OKRs was named"
        raise BadUsage(msg, "name one or more JSON files")
    told: set[tuple[str, Json]] = set()
    for path in paths:
        for record in _File(path, report).records():
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
        head: dict[str, Json] = {}
        try:
            head = self._read(JsonText(whole(path, report) or "{}"))
        except BadJson as bad:
            report(Violation(bad.code, bad.message, hint=bad.hint, source=path.name, line=bad.line))
        self._head = Row(head, path.name, 1, report)
        self._company = self._head.text("company")
        self._period = period_of(self._head) if self._company else Period()
        self._system = self._head.text("source") or path.name

    def _read(self, text: JsonText) -> dict[str, Json]:
        head: dict[str, Json] = {}
        for name in text.members():
            if name != "items":
                head[name] = text.take()
                continue
            for line, value in text.items():
                row = as_row(value, self._name, line, self._report)
                if row is not None:
                    self._tree.add(row)
        return head

    def records(self) -> Iterator[Record]:
        """Give the records: the company, its cycle, the owners, then the items and their links."""
        if not self._company:
            self._head.problem(ErrorCode.MISSING_VALUE, "the file names no company")
            return
        period = self._period
        key = self._company.lower().replace(" ", "-")
        company: dict[str, Json] = {"name": self._company}
        if period.fiscal_year_start:
            company["fiscal_year_start"] = period.fiscal_year_start
        owners = Owners(f"Company/{key}", self._tree.items.values())
        yield NodeRecord("Company", key, company, self._name, 1)
        if period.key:
            yield NodeRecord("Cycle", period.key, period.properties, self._name, 1)
        yield from owners.nodes()
        for row in self._tree.items.values():
            yield from self._nodes(row)
        for row in self._tree.items.values():
            yield from self._relations(row, owners)

    def _nodes(self, row: Row) -> Iterator[Record]:
        key = row.text("id")
        raw: dict[str, Json] = {"name": row.text("text") or key}
        outcome = row.text("outcome")
        if self._tree.is_objective(key):
            raw |= _origin(self._system, key) | _score(row, outcome)
            yield NodeRecord("Objective", key, raw, row.source, row.line)
            return
        if outcome:
            raw["description"] = outcome
        owner = row.text("owner")
        if owner and owner != self._tree.owner_above(row):
            raw["tags"] = [f"owner:{owner}"]  # only objectives have owners in the graph
        raw |= _origin(self._system, key)
        raw |= {"type": "increase", "unit": "%", "start": 0, "target": 100}
        reached = _percent(row)
        if reached is not None:
            raw["current"] = reached
        yield NodeRecord("KeyResult", key, raw, row.source, row.line)
        if reached is not None and self._period.last_day:
            check: dict[str, Json] = {"at": self._period.last_day, "value": reached}
            yield NodeRecord("CheckIn", f"{key}-end", check, row.source, row.line)

    def _relations(self, row: Row, owners: Owners) -> Iterator[Record]:
        key = row.text("id")
        place = row.source, row.line
        ref = self._tree.ref(key)
        parent = self._tree.parent(row)
        if not self._tree.is_objective(key):
            yield from self._measures(row, key, parent)
            return
        owner = owners.ref(row)
        if owner:
            yield RelationRecord("OWNS", owner, ref, {}, *place)
        if self._period.key:
            yield RelationRecord("IN_CYCLE", ref, f"Cycle/{self._period.key}", {}, *place)
        if parent:
            yield RelationRecord("CONTRIBUTES_TO", ref, self._tree.ref(parent), {}, *place)

    def _measures(self, row: Row, key: str, parent: str) -> Iterator[Record]:
        place = row.source, row.line
        ref = f"KeyResult/{key}"
        objective = self._tree.objective_above(parent)
        if not objective and (parent or not row.text("parent")):
            message = f"{key}: the key result measures no objective"
            row.problem(ErrorCode.MISSING_VALUE, message, subject=ref, field="parent")
        elif objective and objective != parent:
            message = f"{key}: a key result under the key result {parent}"
            hint = f"it was put under {objective}"
            row.problem(
                ErrorCode.END_KIND, message, subject=ref, field="parent", value=parent, hint=hint
            )
        if objective:
            yield RelationRecord("MEASURES", ref, f"Objective/{objective}", {}, *place)
        if _percent(row) is not None and self._period.last_day:
            yield RelationRecord("FOR", f"CheckIn/{key}-end", ref, {}, *place)


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
