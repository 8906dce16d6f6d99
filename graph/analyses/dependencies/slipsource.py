"""What slips: a dependency, or everything that a node provides, and what waits for it.

Between two work items a dependency is a link of the schedule. Any other has no schedule of its own:
what waits is looked for in the work of the two sides, and what had to be taken for granted is told.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.analyses.dependencies.timetable import SlipAssumption, planned_for
from graph.analyses.dependencies.workreach import is_schedule_link
from graph.analyses.goals.serving import stands
from graph.analyses.reference import NEAR_HINT_LIMIT, find
from graph.analyses.scheduling.schedule import is_completed
from graph.analyses.scope import contributors, spread
from graph.errors import BadUsage, NotFound
from graph.model.codec import near, shown
from graph.model.cycles import nearest_cycle
from graph.model.entities import KeyResult, Objective, Product, Team, ValueStream, WorkItem
from graph.model.relations import Delivers, DependsOn, For, Owns, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

KINDS = (
    *(WorkItem.KIND, Team.KIND, Product.KIND, ValueStream.KIND),
    *(Objective.KIND, KeyResult.KIND),
)
"""The kinds that can slip: the ends of dependencies."""
_NAMED = 5
"""So many things are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A work item that waits, with the way to it from the root (without itself).

    `link` is the dependency by which it waits; None where it slips itself.
    """

    item: Ref
    path: tuple[Ref, ...]
    link: DependsOn | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A key result or objective without unfinished work, which stands still meanwhile."""

    goal: Ref
    path: tuple[Ref, ...]
    link: DependsOn


@dataclass(slots=True)
class Slipping:
    """All that slips at the root: links of the schedule, work that waits, goals, and idle owners.

    `reason` says why nothing slips, where nothing does. `idle` are dependents without unfinished
    work, with the dependency.
    """

    root: str
    begin: Ref
    links: list[tuple[DependsOn, tuple[Ref, ...]]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    goals: list[Standing] = field(default_factory=list)
    idle: list[tuple[Ref, DependsOn]] = field(default_factory=list)
    assumptions: list[SlipAssumption] = field(default_factory=list)
    reason: str | None = None

    @property
    def seeds(self) -> list[Ref]:
        """The work items that are the first to move."""
        return [link.source for link, _ in self.links] + [found.item for found in self.waiting]


def slipping(snapshot: Snapshot, root: str, today: date) -> Slipping:
    """Read what slips: the key of a dependency, or a node as KIND/KEY (a bare key is a work item's).

    NotFound with a near name when there is no such thing, BadUsage when it cannot slip or when
    several dependencies join the two ends named.
    """
    link = _dependency(snapshot, root)
    if link is None:
        return _of_node(snapshot, _node(snapshot, root), today)
    found = Slipping(link.key, link.target)
    found.reason = _closed(snapshot, link)
    if found.reason is None:
        _Source(snapshot, today, found).add(link, (link.target,))
    return found


def _node(snapshot: Snapshot, text: str) -> Ref:
    if "/" not in text and snapshot.get(Ref(WorkItem.KIND, text)) is None:
        hint = _near(text, [*snapshot.relations(DependsOn), *snapshot.nodes(WorkItem)])
        msg = f"there is neither a dependency nor a WorkItem with the key {shown(text, 200)}"
        raise NotFound(msg, hint or "other things are named as KIND/KEY, such as Team/platform")
    return find(snapshot, text, WorkItem.KIND, KINDS)


def _dependency(snapshot: Snapshot, text: str) -> DependsOn | None:
    known = snapshot.relations(DependsOn)
    key = text.removeprefix(f"{DependsOn.TYPE}/")
    if key in known:
        return known[key]
    ends = key.split("->")
    if len(ends) != 2:
        if key != text:
            raise _unknown(text, key, known)
        return None
    source, target = (_ref(end) for end in ends)
    found = [link for link in snapshot.out(source, DependsOn) if link.target == target]
    if len(found) == 1:
        return found[0]
    if found:
        msg = f"several dependencies join {source} and {target}"
        raise BadUsage(msg, "one of: " + ", ".join(link.key for link in found))
    if any(link.target == source for link in snapshot.out(target, DependsOn)):
        msg = f"there is no dependency {shown(text, 200)}"
        raise NotFound(msg, f"it is {target} that needs {source}: {target}->{source}")
    raise _unknown(text, key, known)


def _ref(text: str) -> Ref:
    kind, _, key = text.strip().partition("/")
    return Ref(kind, key) if key else Ref(WorkItem.KIND, kind)


def _unknown(text: str, key: str, known: Iterable[str]) -> NotFound:
    hint = _near(key, list(known))
    return NotFound(
        f"there is no dependency {shown(text, 200)}", hint or "dependsOn of a node lists its keys"
    )


def _near(key: str, known: Sequence[str]) -> str:
    return near(key, known) if len(known) <= NEAR_HINT_LIMIT else ""


def _closed(snapshot: Snapshot, link: DependsOn) -> str | None:
    """Say why a dependency cannot slip, if it cannot."""
    if not link.is_open:
        return f"{link.key} is {link.status.value}: nothing waits for it"
    if link.source.kind == WorkItem.KIND and not is_unfinished(snapshot, link.source):
        return f"{link.source} is {_state(snapshot, link.source)}: it waits for nothing any more"
    if not stands(snapshot, link.target):
        return f"{link.target} is given up: nothing of it can arrive"
    return None


def _state(snapshot: Snapshot, ref: Ref) -> str:
    node = snapshot.node(WorkItem, ref.key)
    return "done" if node is not None and is_completed(node) else "cancelled"


def is_unfinished(snapshot: Snapshot, ref: Ref) -> bool:
    """Say whether a work item is neither done nor cancelled."""
    node = snapshot.node(WorkItem, ref.key)
    return node is not None and not is_completed(node) and stands(snapshot, ref)


def _of_node(snapshot: Snapshot, ref: Ref, today: date) -> Slipping:
    """Let everything slip that a node provides: its unfinished work, and what leans on it."""
    found = Slipping(str(ref), ref)
    source = _Source(snapshot, today, found)
    for item in work_of_any(snapshot, ref):
        found.waiting.append(Waiting(item, () if item == ref else (ref,)))
    members = _members(snapshot, ref)
    for at in members:
        for link in snapshot.into(at, DependsOn):
            if is_schedule_link(link) or link.source in members or _closed(snapshot, link):
                continue
            source.add(link, (ref,) if at == ref else (ref, at))
    if not found.seeds and not found.goals and not found.idle:
        found.reason = (
            f"{ref} is {_state(snapshot, ref)}: it cannot slip"
            if ref.kind == WorkItem.KIND
            else f"{ref} has no unfinished work, and nothing open depends on it"
        )
    return found


def _members(snapshot: Snapshot, ref: Ref) -> dict[Ref, None]:
    """Give a node, and of a value stream all that is part of it."""
    if ref.kind != ValueStream.KIND:
        return {ref: None}
    return spread([ref], lambda at: [link.source for link in snapshot.into(at, PartOf)])


def work_of_any(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    """Give the unfinished work of a node of any of `KINDS`, sorted by key.

    A work item itself, what a team delivers, what is for a product, both for a value stream, and
    what contributes to a goal, directly or through others.
    """
    found: dict[Ref, None] = {}
    for at in _members(snapshot, ref):
        found.update(dict.fromkeys(_work(snapshot, at)))
    return sorted(item for item in found if is_unfinished(snapshot, item))


def _work(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    if ref.kind == WorkItem.KIND:
        return [ref]
    if ref.kind == Team.KIND:
        return [link.target for link in snapshot.out(ref, Delivers)]
    if ref.kind == Product.KIND:
        links = snapshot.into(ref, For)
        return [link.source for link in links if link.source.kind == WorkItem.KIND]
    if ref.kind in {Objective.KIND, KeyResult.KIND}:
        reached = spread([ref], lambda at: contributors(snapshot, at))
        return [at for at in reached if at.kind == WorkItem.KIND]
    return []


@dataclass(slots=True)
class _Source:
    """Adds what waits because of dependencies, and what had to be assumed for it."""

    snapshot: Snapshot
    today: date
    into: Slipping

    def add(self, link: DependsOn, path: tuple[Ref, ...]) -> None:
        """Add what waits for a dependency; `path` leads from the root to what is needed."""
        if is_schedule_link(link):
            self.into.links.append((link, path))
        elif link.source.kind == WorkItem.KIND:
            self.into.waiting.append(Waiting(link.source, path, link))
        elif not self._between_work(link, path) and not self._all_work(link, path):
            self._goals(link, path)

    def _between_work(self, link: DependsOn, path: tuple[Ref, ...]) -> bool:
        """Take the links between the work of the two sides, where there are any."""
        needed = {link.target, *work_of_any(self.snapshot, link.target)}
        found = [
            below
            for item in work_of_any(self.snapshot, link.source)
            for below in self.snapshot.out(item, DependsOn)
            if below.is_open and below.target in needed
        ]
        # What slips itself is felt along the schedule's links: theirs do not slip on top of that.
        slipping = {waiting.item for waiting in self.into.waiting if waiting.link is None}
        for below in found:
            if below.target in slipping and is_schedule_link(below):
                continue
            if is_schedule_link(below):
                self.into.links.append((below, (*path, below.target)))
            else:
                self.into.waiting.append(Waiting(below.source, path, below))
        if found:
            keys = _listed([below.key for below in found])
            self._say(
                "waiting",
                link,
                f"what waits is taken to be the work of {link.source} that needs"
                f" {link.target} or its work, by {keys}",
                len(found),
            )
        return bool(found)

    def _all_work(self, link: DependsOn, path: tuple[Ref, ...]) -> bool:
        """Take the dependent's unfinished work of the cycle in which it is to arrive, else all."""
        items = work_of_any(self.snapshot, link.source)
        day = max(self.today, link.needed_by or link.committed_by or self.today)
        planned = [item for item in items if self._is_planned(item, day)]
        chosen = planned or items
        for item in chosen:
            self.into.waiting.append(Waiting(item, (*path, link.source), link))
        if chosen:
            which = f"planned for {day}" if planned else "whenever planned"
            keys = _listed([item.key for item in chosen])
            self._say(
                "waiting",
                link,
                f"no work of {link.source} names what it needs of {link.target}; all"
                f" its unfinished work {which} is taken to wait, {keys}",
                len(chosen),
            )
        return bool(chosen)

    def _is_planned(self, item: Ref, day: date) -> bool:
        cycle = planned_for(self.snapshot, item)
        return bool(cycle and cycle.from_ and cycle.to and cycle.from_ <= day <= cycle.to)

    def _goals(self, link: DependsOn, path: tuple[Ref, ...]) -> None:
        """Without work the dependent's goals stand still."""
        goals = list(self._open_goals(link.source))
        for goal in goals:
            above = () if goal == link.source else (link.source,)
            self.into.goals.append(Standing(goal, (*path, *above), link))
        if link.source.kind not in {Objective.KIND, KeyResult.KIND}:
            self.into.idle.append((link.source, link))
        named = _listed([goal.key for goal in goals])
        message = (
            f"{link.source} has no unfinished work: taken to stand still meanwhile, {named}"
            if goals
            else f"{link.source} has neither unfinished work nor an open goal: how far it is hit is"
            " not known"
        )
        self._say("standstill", link, message, len(goals))

    def _open_goals(self, ref: Ref) -> Iterator[Ref]:
        if ref.kind in {Objective.KIND, KeyResult.KIND}:
            yield from [ref] if stands(self.snapshot, ref) else []
            return
        for at in _members(self.snapshot, ref):
            for own in self.snapshot.out(at, Owns):
                cycle = nearest_cycle(self.snapshot, own.target)
                ends = cycle.to if cycle else None
                if stands(self.snapshot, own.target) and (ends is None or ends >= self.today):
                    yield own.target

    def _say(self, code: str, link: DependsOn, message: str, count: int) -> None:
        self.into.assumptions.append(SlipAssumption(code, link.key, message, str(count)))


def _listed(keys: Sequence[str]) -> str:
    named = ", ".join(keys[:_NAMED])
    return f"{named} and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else named
