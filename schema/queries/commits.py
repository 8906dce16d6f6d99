"""Which commits of the log to list: a filter, and the stretch of the log that it is put to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from graph.errors import BadUsage
from graph.model.catalog import Property
from graph.model.changes import Change, Commit, NodeChange
from graph.model.codec import shown
from graph.model.values import Prop, Shape
from graph.workspace import Workspace
from schema.building import ID, input_field, input_type, many, optional
from schema.identity import written
from schema.queries.filtering import ValueTest, refuse_nulls
from schema.queries.valuetests import ValueTests
from schema.types.values import Values
from schema.worker import step

CHUNK = 500
"""So many commits are read from the store at once where not all of them may be wanted."""
MOST_SUBJECTS = 500

CommitCheck = Callable[[Commit], bool]


def _property(name: str, shape: Shape, text: str) -> Property:
    return Property(
        name, name, shape, many=False, required=True, default=None, prop=Prop(text, system=True)
    )


_PROPERTIES = (
    _property("actor", Shape.TEXT, "Who wrote it."),
    _property("command", Shape.TEXT, "The command that was carried out."),
    _property("at", Shape.INSTANT, "When it was written."),
)


def commit_filter(values: Values, tests: ValueTests) -> type:
    """Make `CommitFilter`."""
    own = "the tests of changes have to pass on one and the same change"
    return input_type(
        "CommitFilter",
        "Which commits to list: those that pass every test given.",
        [
            *map(tests.field, _PROPERTIES),
            input_field(
                "kinds",
                optional(many(values.kind)),
                f"A change is of a node of one of these kinds, or of one of the relations; {own}.",
            ),
            input_field(
                "relations",
                optional(many(values.relation)),
                "A change is of a relationship of one of these types, or of one of the kinds.",
            ),
            input_field(
                "subjects",
                optional(many(ID)),
                "A change is of one of these nodes, of a relationship of theirs, or of one of these"
                f" relationships: ids, KIND/KEY or TYPE/KEY; at most {MOST_SUBJECTS}.",
            ),
        ],
        _read,
    )


def _read(given: Mapping[str, object]) -> CommitCheck:
    refuse_nulls(given)
    heads = [
        (prop.name, cast("ValueTest", given[prop.name]).passes)
        for prop in _PROPERTIES
        if prop.name in given
    ]
    change = _change_check(given)

    def passes(commit: Commit) -> bool:
        if not all(check(getattr(commit, name)) for name, check in heads):
            return False
        return change is None or any(map(change, commit.changes))

    return passes


def _change_check(given: Mapping[str, object]) -> Callable[[Change], bool] | None:
    checks: list[Callable[[Change], bool]] = []
    if "kinds" in given or "relations" in given:
        names = {_word(name) for part in ("kinds", "relations") for name in _list(given.get(part))}
        checks.append(lambda change: change.ref[0] in names)
    if "subjects" in given:
        subjects = frozenset(map(_subject, _list(given["subjects"])))
        if len(subjects) > MOST_SUBJECTS:
            msg = f"the filter has {len(subjects)} subjects: the limit is {MOST_SUBJECTS}"
            raise BadUsage(msg, "ask for fewer at once")
        checks.append(lambda change: not subjects.isdisjoint(_about(change)))
    return (lambda change: all(check(change) for check in checks)) if checks else None


def _list(given: object) -> Sequence[object]:
    return cast("Sequence[object]", given or ())


def _word(value: object) -> str:
    return str(getattr(value, "value", value))


def _subject(text: object) -> str:
    found = written(str(text))
    if "/" not in found:
        msg = f"{shown(found)} names neither a node nor a relationship"
        raise BadUsage(msg, "give an id, KIND/KEY or TYPE/KEY")
    return found


def _about(change: Change) -> Iterator[str]:
    """Give what a change is about: itself, and the ends of a relationship."""
    yield str(change.ref)
    if isinstance(change, NodeChange):
        return
    link = change.after or change.before
    if link is not None:
        yield str(link.source)
        yield str(link.target)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The commits after revision `low` up to revision `high` that pass. Revisions have no gaps."""

    workspace: Workspace
    low: int
    high: int
    check: CommitCheck | None = None

    def between(self, low: int, high: int) -> "Stretch":
        """Give the part of it that lies after a revision, up to another."""
        first = max(self.low, low)
        return Stretch(self.workspace, first, max(first, min(self.high, high)), self.check)

    def forward(self, chunk: int = CHUNK) -> Iterator[Commit]:
        """Give them, oldest first; read in chunks as they are asked for."""
        at = self.low
        while at < self.high:
            step()
            found = self.workspace.changes(at, min(chunk, self.high - at))
            if not found:
                return
            yield from filter(self.check, found) if self.check else found
            at = found[-1].revision

    def backward(self, chunk: int = CHUNK) -> Iterator[Commit]:
        """Give them, newest first; read in chunks as they are asked for."""
        at = self.high
        while at > self.low:
            step()
            begin = max(self.low, at - chunk)
            found = self.workspace.changes(begin, at - begin)
            yield from filter(self.check, reversed(found)) if self.check else reversed(found)
            at = begin

    def any(self) -> bool:
        """Say whether there is one."""
        if self.check is None:
            return self.high > self.low
        return next(self.backward(), None) is not None

    def count(self) -> int:
        """Count them. Cost: with a filter, reading the whole stretch."""
        if self.check is None:
            return self.high - self.low
        return sum(1 for _ in self.forward())
