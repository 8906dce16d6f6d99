"""From the dated changes of an enhancement's form to the history of a work item's flow states.

The form says what is agreed (status), what is being worked towards (stage) and the release in
which work was last done (latest milestone, else the milestone promised for the stage). Work on an
agreed enhancement is active during the cycle of that release and waits outside of it. Nothing
later than the last change in the data is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby

from graph.errors import ErrorCode
from graph.model.vocabulary import FlowState
from seeds.importers.kubernetes.releases import Release
from seeds.importers.kubernetes.words import IMPLEMENTABLE, STAGES, stage, status, version
from seeds.importers.rows import Row

STATE_OF: Mapping[str, FlowState] = {
    "provisional": FlowState.NEW,
    "implementable": FlowState.WAITING,  # or active, by the release it is worked on for
    "implemented": FlowState.DONE,
    "deferred": FlowState.WAITING,
    "rejected": FlowState.CANCELLED,
    "withdrawn": FlowState.CANCELLED,
    "replaced": FlowState.CANCELLED,
}
_READERS = {
    "status": status,
    "stage": stage,
    "latest_milestone": version,
    **{f"milestone_{name}": version for name in STAGES},
}
_UNUSED = frozenset({"created", "owning_sig"})


@dataclass(frozen=True, slots=True)
class Event:
    """A field of the form took a value."""

    at: datetime
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Move:
    """An item entered a state. `moment` is how it is written: a day or an instant."""

    state: FlowState
    at: datetime
    moment: str


def read_events(rows: Iterator[Row], numbers: frozenset[str]) -> dict[str, list[Event]]:
    """Read the changes by number of the enhancement, oldest first."""
    found: dict[str, list[Event]] = {}
    for row in rows:
        number = row.text("kep")
        subject = f"WorkItem/kep-{number}"
        if number not in numbers:
            message = f"there is no enhancement {number!r}"
            row.problem(ErrorCode.END_MISSING, message, subject=subject, field="kep", value=number)
            continue
        event = _event(row, subject)
        if event is not None:
            found.setdefault(number, []).append(event)
    return {number: sorted(events, key=lambda e: e.at) for number, events in found.items()}


def _event(row: Row, subject: str) -> Event | None:
    name = row.text("field")
    if name in _UNUSED:
        return None
    read = _READERS.get(name)
    if read is None:
        row.problem(ErrorCode.UNKNOWN_PROPERTY, f"{subject}: there is no field {name!r}")
        return None
    try:
        at = datetime.fromisoformat(row.text("at"))
    except ValueError:
        message = f"{subject}: at {row.text('at')!r} is not an instant"
        row.problem(ErrorCode.INVALID_VALUE, message, subject=subject, field="at")
        return None
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    word = row.text("new")
    value = read(word, row, subject, name)
    if word and not value and name == "status":
        return None  # an unreadable status changes nothing
    return Event(at, name, value)


@dataclass(slots=True)
class _Form:
    """What the form says at an instant."""

    status: str = ""
    stage: str = ""
    milestones: dict[str, str] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        if event.field == "status":
            self.status = event.value or self.status
        elif event.field == "stage":
            self.stage = event.value
        else:
            self.milestones[event.field] = event.value

    @property
    def target(self) -> str:
        return self.milestones.get("latest_milestone") or self.milestones.get(
            f"milestone_{self.stage}", ""
        )


def history(events: Sequence[Event], releases: Mapping[str, Release], last: datetime) -> list[Move]:
    """Give the moves between flow states that the changes tell, none later than `last`."""
    form = _Form()
    steps = [(at, list(group)) for at, group in groupby(events, key=lambda e: e.at)]
    ends = [at for at, _ in steps[1:]] + [last]
    moves: list[Move] = []
    for (at, group), end in zip(steps, ends, strict=False):
        for event in group:
            form.take(event)
        for move in _moves(form, at, releases):
            told = move.at == at or move.at < end
            if told and not (moves and moves[-1].state is move.state):
                moves.append(move)
    return moves


def _moves(form: _Form, at: datetime, releases: Mapping[str, Release]) -> Iterator[Move]:
    if not form.status:
        return
    now = at.isoformat().replace("+00:00", "Z")
    release = releases.get(form.target) if form.status == IMPLEMENTABLE else None
    if release is None or at >= _midnight(release.ends):
        yield Move(STATE_OF[form.status], at, now)
        return
    if at < _midnight(release.begins):
        yield Move(FlowState.WAITING, at, now)
        yield _on(FlowState.ACTIVE, release.begins)
    else:
        yield Move(FlowState.ACTIVE, at, now)
    yield _on(FlowState.WAITING, release.ends)


def _on(state: FlowState, day: date) -> Move:
    return Move(state, _midnight(day), day.isoformat())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
