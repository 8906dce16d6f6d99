"""Enhancements (KEPs) become work items with their history, team, cycle and needs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from graph.errors import ErrorCode
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from graph.model.vocabulary import FlowState
from seeds.importers.kubernetes import words
from seeds.importers.kubernetes.groups import Groups
from seeds.importers.kubernetes.history import STATE_OF, Event, history
from seeds.importers.kubernetes.releases import Release, cycle_key
from seeds.importers.rows import Row

SYSTEM = "kubernetes/enhancements"
REVIEW = "sig-architecture/production-readiness"

# The states in which a history may end that agrees with the status of today.
_ENDS: Mapping[str, frozenset[FlowState]] = {
    status: frozenset({FlowState.WAITING, FlowState.ACTIVE})
    if status == words.IMPLEMENTABLE
    else frozenset({state})
    for status, state in STATE_OF.items()
}


@dataclass(frozen=True, slots=True)
class Enhancement:
    """An enhancement as its form has it today, with the state it stands in."""

    number: str
    row: Row
    status: str
    stage: str
    created: date | None
    milestones: Mapping[str, str]
    gates: Sequence[str]

    @property
    def key(self) -> str:
        """The key of its work item."""
        return f"kep-{self.number}"

    @property
    def ref(self) -> str:
        """The written reference to its work item."""
        return f"WorkItem/{self.key}"

    @property
    def place(self) -> tuple[str, int]:
        """File and line."""
        return self.row.source, self.row.line

    @property
    def is_done(self) -> bool:
        """Whether its status says that it is done."""
        return self.status == words.IMPLEMENTED

    @property
    def is_cancelled(self) -> bool:
        """Whether its status says that it was given up."""
        return STATE_OF.get(self.status) is FlowState.CANCELLED


def read_enhancements(rows: Iterator[Row]) -> dict[str, Enhancement]:
    """Read the enhancements by number."""
    found: dict[str, Enhancement] = {}
    for row in rows:
        number = row.text("kep")
        subject = f"WorkItem/kep-{number}"
        if not number:
            row.problem(ErrorCode.MISSING_VALUE, "the enhancement has no number", field="kep")
        elif number in found:
            message = f"the enhancement {number} is there twice"
            row.problem(ErrorCode.DUPLICATE, message, subject=subject, field="kep")
        else:
            found[number] = Enhancement(
                number,
                row,
                words.status(row.text("status_raw") or row.text("status"), row, subject, "status"),
                words.stage(row.text("stage"), row, subject, "stage"),
                words.day(row.text("created"), row, subject, "created"),
                _milestones(row, subject),
                words.gates(row, subject),
            )
    return found


def _milestones(row: Row, subject: str) -> dict[str, str]:
    given = row.named("milestone")
    read = {
        stage: words.version(given[stage], row, subject, f"milestone.{stage}")
        for stage in words.STAGES
        if stage in given
    }
    return {stage: version for stage, version in read.items() if version}


def node(
    item: Enhancement,
    events: Sequence[Event],
    releases: Mapping[str, Release],
    last: datetime | None,
) -> NodeRecord:
    """Give the work item of an enhancement."""
    raw: dict[str, Json] = {"name": _name(item)}
    tags = _tags(item)
    if tags:
        raw["tags"] = tags
    raw |= {"source": SYSTEM, "source_id": item.row.text("path") or item.number}
    raw["flow"] = "debt" if item.stage in words.ENDING_STAGES else "feature"
    states = _states(item, events, releases, last)
    if states:
        raw["states"] = states
    elif item.status:
        raw["state"] = STATE_OF[item.status].value
    return NodeRecord("WorkItem", item.key, raw, *item.place)


def _name(item: Enhancement) -> str:
    title = item.row.text("title")
    if title and not words.is_template(title):
        return title
    slug = item.row.text("path").rpartition("/")[2]
    name = re.sub(r"^\d+-", "", slug).replace("-", " ") or item.key
    message = f"{item.ref}: title {title!r} is the text of the template"
    item.row.problem(
        ErrorCode.INVALID_VALUE, message, subject=item.ref, field="title", value=title,
        hint=f"named {name!r} by its folder",
    )  # fmt: skip
    return name


def _tags(item: Enhancement) -> list[str]:
    tags = [f"status:{item.status}"] if item.status else []
    tags += [f"stage:{item.stage}"] if item.stage else []
    tags += [f"{stage}:{version}" for stage, version in item.milestones.items()]
    return tags + [f"gate:{gate}" for gate in item.gates]


def _states(
    item: Enhancement,
    events: Sequence[Event],
    releases: Mapping[str, Release],
    last: datetime | None,
) -> list[Json]:
    """Give the dated history: the day of its creation, then what the changes tell."""
    if not item.status:
        return []
    moves = history(events, releases, last) if last is not None else []
    if moves and moves[-1].state not in _ENDS[item.status]:
        message = f"{item.ref}: the history ends {moves[-1].state}, but status is {item.status}"
        item.row.problem(
            ErrorCode.INVALID_VALUE, message, subject=item.ref, field="status", value=item.status,
            hint="two enhancements with one number? Its history was left out",
        )  # fmt: skip
        return []
    states: list[Json] = [[move.state.value, move.moment] for move in moves]
    if item.created is None:
        return states
    if not moves:
        is_new = STATE_OF[item.status] is FlowState.NEW
        return [[FlowState.NEW.value, item.created.isoformat()]] if is_new else []
    first = moves[0].at.date()
    if item.created > first:
        message = f"{item.ref}: created {item.created}, but it was there on {first}"
        item.row.problem(
            ErrorCode.INVALID_VALUE, message, subject=item.ref, field="created",
            value=item.created.isoformat(), hint="the day was left out",
        )  # fmt: skip
    elif item.created < first:
        if moves[0].state is FlowState.NEW:
            del states[0]
        states.insert(0, [FlowState.NEW.value, item.created.isoformat()])
    return states


def relations(item: Enhancement, groups: Groups) -> Iterator[Record]:
    """Give who delivers an enhancement, when, and whose help and approval it needs."""
    row, ref = item.row, item.ref
    owner = row.text("owning_sig")
    if groups.knows(owner, row, ref, "owning_sig"):
        yield RelationRecord("DELIVERS", f"Team/{owner}", ref, {}, *item.place)
    promised = [item.milestones[stage] for stage in words.STAGES if stage in item.milestones]
    if promised:
        cycle = f"Cycle/{cycle_key(promised[-1])}"
        yield RelationRecord("IN_CYCLE", ref, cycle, {}, *item.place)
    for other in row.texts("participating_sigs"):
        if other != owner and groups.knows(other, row, ref, "participating_sigs"):
            raw: dict[str, Json] = {"type": "knowledge", "source_system": SYSTEM}
            if item.is_done or item.is_cancelled:
                raw["status"] = "resolved" if item.is_done else "cancelled"
            yield RelationRecord("DEPENDS_ON", ref, f"Team/{other}", raw, *item.place)
    if REVIEW in groups.product_keys:
        yield from _approvals(item)


def _approvals(item: Enhancement) -> Iterator[Record]:
    for stage, person in item.row.named("prr_approvers").items():
        raw: dict[str, Json] = {
            "key": f"{item.key}/production-readiness-{stage}",
            "type": "approval",
            "status": "resolved",
            "owner": person,
            "description": f"Production readiness review for {stage}.",
            "source_system": SYSTEM,
        }
        yield RelationRecord("DEPENDS_ON", item.ref, f"Product/{REVIEW}", raw, *item.place)
