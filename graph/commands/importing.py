"""The import of a document's records: one command, all of it or, if asked, what is good of it."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Generic, TypeVar, cast

from graph.commands.moments import untimely
from graph.commands.nodes import patched
from graph.commands.planning import Plan, completed
from graph.commands.relations import derived_key
from graph.errors import ErrorCode, Refused, Violation
from graph.model.catalog import ENTITY, RELATION, RelationKind
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.codec import MAX_KEY_LENGTH, near, parse_properties, parse_ref, shown
from graph.model.entities import CheckIn, Entity
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.relations import Relation, RelationRef
from graph.model.rules import (
    check_beyond,
    check_ends,
    check_entity,
    check_relation,
    check_single,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref, Value

KEPT = "it was taken as it is"
"""The end of the hint of a problem that left nothing out."""
MAX_NAME_LENGTH = MAX_KEY_LENGTH + 100
"""Characters of a key with its kind, at most."""


@dataclass(frozen=True, slots=True)
class Import:
    """Put records over the graph: what is not there is made, what is there is altered.

    A property that a record does not name stays as it is. Without `partial` any problem refuses
    the whole; with it the good records are written and the plan lists the problems of the rest.
    `notes` are what a format cannot say in records: they are listed, and refuse nothing. With
    `now`, an aware instant, so are check-ins that cannot have been made on their day: a document
    tells what was, and comes back as it went out.
    """

    records: Sequence[Record]
    partial: bool = False
    problems: tuple[Violation, ...] = ()
    notes: tuple[Violation, ...] = ()
    now: datetime | None = None
    name: ClassVar[str] = "import"

    def plan(self, snapshot: Snapshot) -> Plan:
        """Refused with all problems of all records, unless `partial`. Cost: linear."""
        plan = examine(snapshot, self.records)
        problems = (*self.problems, *plan.problems)
        if problems and not self.partial:
            raise Refused(problems)
        return Plan(plan.changes, (*self.notes, *self._untimely(snapshot, plan), *problems))

    def _untimely(self, snapshot: Snapshot, plan: Plan) -> list[Violation]:
        places = {
            f"{CheckIn.KIND}/{record.key}": record
            for record in self.records
            if isinstance(record, NodeRecord) and record.kind == CheckIn.KIND
        }
        if self.now is None or not places:
            return []
        found = untimely(snapshot.apply(plan.changes), plan.changes, self.now)
        told = [replace(v, hint=f"{v.hint}; {KEPT}") for v in found]
        return [
            violation
            for one in told
            for violation in (
                _placed([one], places[one.subject]) if one.subject in places else [one]
            )
        ]


def examine(snapshot: Snapshot, records: Iterable[Record]) -> Plan:
    """Find the changes of all good records and the problems of all others, writing nothing."""
    reading = _Reading(snapshot)
    later: list[RelationRecord] = []
    for record in records:
        if isinstance(record, NodeRecord):
            reading.take_node(record)
        else:
            later.append(record)
    nodes = [NodeChange(ref, snapshot.get(ref), n.thing) for ref, n in reading.nodes.items()]
    real = [change for change in nodes if change.before != change.after]
    middle = snapshot.apply(real)
    for relation_record in later:
        reading.take_relation(middle, relation_record)
    relations, problems = _ruled(middle, snapshot, reading.relations)
    return Plan((*real, *relations), (*reading.problems, *problems))


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Read(Generic[T]):
    """A thing read off a record, and where the record stands."""

    thing: T
    record: Record

    def placed(self, violations: Iterable[Violation]) -> list[Violation]:
        return _placed(violations, self.record)


def _placed(violations: Iterable[Violation], record: Record) -> list[Violation]:
    return [replace(v, source=record.source, line=record.line) for v in violations]


@dataclass(slots=True)
class _Reading:
    """The state of reading a document's records one by one."""

    snapshot: Snapshot
    nodes: dict[Ref, _Read[Entity]] = field(default_factory=dict)
    relations: dict[RelationRef, _Read[Relation]] = field(default_factory=dict)
    problems: list[Violation] = field(default_factory=list)
    unkeyed: dict[str, list[dict[str, Value]]] = field(default_factory=dict)

    def take_node(self, record: NodeRecord) -> None:
        """Read a node's record; what is wrong with it goes to the problems."""
        kind = ENTITY.get(record.kind)
        if kind is None:
            message = f"there is no kind {shown(record.kind)}"
            hint = near(str(record.kind), ENTITY)
            self._refuse(record, [Violation(ErrorCode.UNKNOWN_KIND, message, hint=hint)])
            return
        subject = f"{record.kind}/{_brief(record.key)}"
        raw = {**record.properties, "key": record.key}
        values, problems = parse_properties(kind, raw, subject)
        if "key" not in values or problems:
            self._refuse(record, problems)
            return
        ref = Ref(record.kind, cast("str", values["key"]))
        before = self.snapshot.get(ref)
        after = patched(before, values) if before else kind.make(completed(kind, values))
        problems = check_entity(after)
        first = self.nodes.get(ref)
        if first is not None and first.thing != after:
            problems.append(_twice(str(ref), first.record))
        if problems:
            self._refuse(record, problems)
        else:
            self.nodes.setdefault(ref, _Read(after, record))

    def take_relation(self, middle: Snapshot, record: RelationRecord) -> None:
        """Read a relationship's record, once all nodes are known."""
        kind = RELATION.get(record.type)
        if kind is None:
            message = f"there is no relationship {shown(record.type)}"
            hint = near(str(record.type), RELATION)
            self._refuse(record, [Violation(ErrorCode.UNKNOWN_RELATION, message, hint=hint)])
            return
        subject = f"{_brief(record.start)} {record.type} {_brief(record.end)}"
        source = _end(record.start, subject, "from", [a for a, _ in kind.ends])
        target = _end(record.end, subject, "to", [b for _, b in kind.ends])
        values, problems = parse_properties(kind, record.properties, subject)
        problems = [v for v in (source, target) if isinstance(v, Violation)] + problems
        if problems or isinstance(source, Violation) or isinstance(target, Violation):
            self._refuse(record, problems)
            return
        relation = self._relation(kind, source, target, values)
        problems = [*check_relation(relation), *check_ends(middle, relation)]
        first = self.relations.get(relation.ref)
        if first is not None and first.thing != relation:
            problems.append(_twice(str(relation.ref), first.record))
        if problems:
            self._refuse(record, problems)
        else:
            self.relations.setdefault(relation.ref, _Read(relation, record))

    def _relation(
        self, kind: RelationKind[Relation], source: Ref, target: Ref, values: dict[str, Value]
    ) -> Relation:
        if kind.keyed and not values.get("key"):
            values["key"] = self._derive(source, target, values)
        values = completed(kind, values)
        made = kind.make(source, target, values)
        before = self.snapshot.relation(made.ref)
        if before is None or (before.source, before.target) != (source, target):
            return made
        return kind.altered(before, values)

    def _derive(self, source: Ref, target: Ref, values: dict[str, Value]) -> str:
        """Give the unkeyed dependencies between the same two ends numbers; equal ones share one."""
        link = str(values.get("link", "FS"))
        known = self.unkeyed.setdefault(derived_key(source, target, link), [])
        bare = {name: value for name, value in values.items() if name != "key"}
        if bare not in known:
            known.append(bare)
        return derived_key(source, target, link, known.index(bare) + 1)

    def _refuse(self, record: Record, problems: Iterable[Violation]) -> None:
        self.problems += _placed(problems, record)


def _brief(raw: Json) -> str:
    """Give a key or an end as problems name it: no key is longer, and a bad one may be megabytes."""
    return raw if isinstance(raw, str) and len(raw) <= MAX_NAME_LENGTH else shown(raw)


def _end(raw: Json, subject: str, field: str, kinds: Sequence[str]) -> Ref | Violation:
    """Read an end. One that is longer than any key is told before it is looked for."""
    found = parse_ref(raw, subject, field, kinds)
    if isinstance(found, Violation) or len(found.key) <= MAX_KEY_LENGTH:
        return found
    message = f"{subject}: {field} {shown(raw)} names no node"
    hint = f"a key has at most {MAX_KEY_LENGTH} characters"
    return Violation(ErrorCode.END_MISSING, message, subject, field, shown(raw), hint)


def _twice(name: str, first: Record) -> Violation:
    place = f"{first.source or 'line'}:{first.line}" if first.line is not None else "before"
    message = f"{name}: given twice with different values, first at {place}"
    return Violation(ErrorCode.DUPLICATE, message, name, "key", hint="keep one of the two")


def _ruled(
    middle: Snapshot, snapshot: Snapshot, relations: dict[RelationRef, _Read[Relation]]
) -> tuple[list[Change], list[Violation]]:
    """Leave out the relationships that break a rule beside those that are kept, and no others."""
    left: dict[RelationRef, list[Violation]] = {}
    # What is there already comes before what is new, wherever the document has it.
    order = {
        ref: place if snapshot.relation(ref) is None else -1 for place, ref in enumerate(relations)
    }
    after = middle.apply(_changes(snapshot, relations))
    for ref, read in relations.items():
        held = check_single(after, read.thing, lambda o, ref=ref: order.get(o.ref, -1) < order[ref])  # type: ignore[misc]
        if held:
            left[ref] = read.placed(held)
    while True:
        changes = _changes(snapshot, relations, left)
        after = middle.apply(changes)
        broken = [(made, why) for made, why in check_beyond(after, changes) if made is not None]
        for relation, violation in broken:
            left[relation.ref] = relations[relation.ref].placed([violation])
        if not broken and not _taken_back(after, snapshot, relations, left):
            return changes, [violation for found in left.values() for violation in found]


def _taken_back(
    after: Snapshot,
    snapshot: Snapshot,
    relations: dict[RelationRef, _Read[Relation]],
    left: dict[RelationRef, list[Violation]],
) -> bool:
    """Take back what was left out only beside something that was left out in its turn."""
    taken = False
    for ref in [ref for ref in relations if ref in left]:
        thing = relations[ref].thing
        change = RelationChange(ref, snapshot.relation(ref), thing)
        if check_single(after, thing):
            continue
        trial = after.apply([change])
        if not check_beyond(trial, [change]):
            after, taken = trial, True
            del left[ref]
    return taken


def _changes(
    snapshot: Snapshot,
    relations: dict[RelationRef, _Read[Relation]],
    left: Container[RelationRef] = (),
) -> list[Change]:
    changes = [
        RelationChange(ref, snapshot.relation(ref), read.thing)
        for ref, read in relations.items()
        if ref not in left
    ]
    return [change for change in changes if change.before != change.after]
