"""Taking a write back, as long as nothing it wrote was written since."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from graph.commands.finding import Inquiry
from graph.commands.planning import Plan, settle
from graph.errors import ErrorCode
from graph.model.changes import Change, Commit, NodeChange, inverted
from graph.model.entities import Entity
from graph.model.relations import Relation, RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


@dataclass(frozen=True, slots=True)
class Undo:
    """Take a commit back: what it made is removed, what it removed or altered is as it was.

    A thing that was changed since and is again as the commit left it is in nobody's way: so writes
    are taken back one after the other, the last first. `later` are commits after it, as far as
    they are known: they tell which one removed a thing.
    """

    commit: Commit
    later: Sequence[Commit] = ()
    name: ClassVar[str] = "undo"

    def plan(self, snapshot: Snapshot) -> Plan:
        """Refused with one conflict for each thing that was written since, naming the revision.

        Refused, too, for each relationship that newer writes gave to what it made, and when taking
        it back breaks a rule. Cost: linear in the changes of the commit and of the later ones.
        """
        inquiry = Inquiry(snapshot)
        changes: list[Change] = []
        written = set(_written(self.commit))
        for change in inverted(self.commit.changes):
            now = standing(snapshot, change.ref)
            if _unstamped(now) != _unstamped(change.before):
                self._refuse(inquiry, change)
            elif isinstance(change, NodeChange):
                if change.after is None and self._rests(inquiry, change.ref, written):
                    continue
                changes.append(replace(change, before=snapshot.get(change.ref)))
            else:
                changes.append(replace(change, before=snapshot.relation(change.ref)))
        return settle(snapshot, changes, inquiry.problems)

    def _rests(self, inquiry: Inquiry, ref: Ref, written: Collection[Ref | RelationRef]) -> bool:
        """Tell what was joined since to a node that would be removed; False when nothing was."""
        later = [link for link in inquiry.snapshot.touching(ref) if link.ref not in written]
        for link in later:
            words = (
                f"was joined by {link.source} {link.TYPE} {link.target} in revision"
                f" {link.revision}, after revision {self.commit.revision}"
            )
            hint = f"undo revision {link.revision} first, or unlink it"
            value = str(link.revision)
            inquiry.tell(ErrorCode.STILL_REFERENCED, ref, words, "revision", value, hint)
        return bool(later)

    def gone(self, snapshot: Snapshot) -> set[Ref | RelationRef]:
        """Give what the commit wrote and is there no more: a later commit tells since when."""
        return {
            change.ref
            for change in self.commit.changes
            if change.after is not None and standing(snapshot, change.ref) is None
        }

    def _refuse(self, inquiry: Inquiry, change: Change) -> None:
        """Tell what became of a thing since; `change` is the one that would take it back."""
        now = standing(inquiry.snapshot, change.ref)
        revision = now.revision if now is not None else self._last(change.ref)
        word = "removed" if now is None else "made again" if change.before is None else "changed"
        by = f" in revision {revision}" if revision else ""
        words = f"was {word}{by}, after revision {self.commit.revision}"
        hint = f"undo revision {revision} first" if revision else "undo what removed it first"
        if change.before is None:
            hint += ", or keep what is there now"
        value = str(revision) if revision else ""
        inquiry.tell(ErrorCode.CONFLICT, change.ref, words, "revision", value, hint)

    def _last(self, ref: Ref | RelationRef) -> int | None:
        """Give the last of the later commits that wrote a thing."""
        found = (c.revision for c in reversed(self.later) if ref in set(_written(c)))
        return next(found, None)


def _written(commit: Commit) -> Iterator[Ref | RelationRef]:
    return (change.ref for change in commit.changes)


def _unstamped(thing: Entity | Relation | None) -> Entity | Relation | None:
    """Give a thing without what the writer stamps on it."""
    if isinstance(thing, Entity):
        return replace(thing, created_at=None, updated_at=None, revision=0)
    return None if thing is None else replace(thing, revision=0)


def standing(snapshot: Snapshot, ref: Ref | RelationRef) -> Entity | Relation | None:
    """Give the node or relationship that a reference names, or None."""
    return snapshot.relation(ref) if isinstance(ref, RelationRef) else snapshot.get(ref)
