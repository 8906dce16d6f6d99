"""In which value streams something is, and which value stream needs which.

References: docs/definitions.md §6. docs/structure.md says what is in a stream.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from graph.analyses.scope import spread
from graph.analyses.teams.teamgraph import teams_of
from graph.model.entities import KeyResult, Objective, Product, Team, ValueStream, WorkItem
from graph.model.relations import DependsOn, For, Measures, Owns, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


@dataclass(frozen=True, slots=True)
class StreamArc:
    """Value stream `source` needs value stream `target`, because of these dependencies.

    They are sorted by key. `declared` are those of them that join the two streams themselves; the
    others come from what is in the streams.
    """

    source: str
    target: str
    declared: tuple[DependsOn, ...]
    derived: tuple[DependsOn, ...]


def stream_arcs(snapshot: Snapshot) -> tuple[StreamArc, ...]:
    """Give the live dependencies between value streams, one arc for each ordered pair, sorted.

    A dependency counts between every stream that its one end is in and every stream that the other
    is in. What a stream needs of itself counts only where it is declared. Cost: linear in
    dependencies, times the streams at either end.
    """
    declared: dict[tuple[str, str], list[DependsOn]] = {}
    derived: dict[tuple[str, str], list[DependsOn]] = {}
    for link, sources, targets in placed(snapshot):
        direct = link.source.kind == link.target.kind == ValueStream.KIND
        for pair in product(sources, targets):
            if direct:
                declared.setdefault(pair, []).append(link)
            elif pair[0] != pair[1]:
                derived.setdefault(pair, []).append(link)
    return tuple(
        StreamArc(*pair, _by_key(declared.get(pair, ())), _by_key(derived.get(pair, ())))
        for pair in sorted({*declared, *derived})
    )


def placed(
    snapshot: Snapshot,
) -> Iterator[tuple[DependsOn, tuple[str, ...], tuple[str, ...]]]:
    """Give each live dependency with the streams that its two ends are in."""
    known: dict[Ref, tuple[str, ...]] = {}
    for link in snapshot.relations(DependsOn).values():
        if not link.is_live:
            continue
        for ref in (link.source, link.target):
            if ref not in known:
                known[ref] = streams_of(snapshot, ref)
        yield link, known[link.source], known[link.target]


def streams_of(snapshot: Snapshot, ref: Ref) -> tuple[str, ...]:
    """Give the keys of the value streams that something is in, sorted.

    A stream is in itself; a team or product in what it is part of; work in the streams of the
    teams that deliver it, else of the products it is for; an objective in those of its owner; a
    key result in those of its objectives. Of nested streams it is the innermost.
    """
    answer = _WITHIN.get(ref.kind)
    return () if answer is None else tuple(sorted(set(answer(snapshot, ref))))


def outermost(snapshot: Snapshot, stream: str) -> str:
    """Give the key of the outermost value stream that a stream is nested in, its own if in none.

    Of streams that are nested in a loop it is the one with the smallest key.
    """
    way = [*spread([Ref(ValueStream.KIND, stream)], lambda at: _around(snapshot, at))]
    around = _around(snapshot, way[-1])
    return min(way[way.index(around[0]) :]).key if around else way[-1].key


def _by_key(links: Iterable[DependsOn]) -> tuple[DependsOn, ...]:
    return tuple(sorted(links, key=lambda link: link.key))


def _around(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    links = snapshot.out(ref, PartOf)
    return [link.target for link in links if link.target.kind == ValueStream.KIND]


def _itself(snapshot: Snapshot, ref: Ref) -> list[str]:
    return [ref.key] if snapshot.get(ref) is not None else []


def _part_of(snapshot: Snapshot, ref: Ref) -> list[str]:
    return [at.key for at in _around(snapshot, ref)]


def _of_work(snapshot: Snapshot, ref: Ref) -> list[str]:
    delivering = teams_of(snapshot, ref)
    found = [key for team in delivering for key in _part_of(snapshot, Ref(Team.KIND, team))]
    if found:
        return found
    meant = (link.target for link in snapshot.out(ref, For))
    return [key for about in meant for key in _part_of(snapshot, about)]


def _of_owner(snapshot: Snapshot, ref: Ref) -> list[str]:
    owners = (link.source for link in snapshot.into(ref, Owns))
    return [key for owner in owners for key in streams_of(snapshot, owner)]


def _of_measured(snapshot: Snapshot, ref: Ref) -> list[str]:
    objectives = (link.target for link in snapshot.out(ref, Measures))
    return [key for objective in objectives for key in _of_owner(snapshot, objective)]


_WITHIN: Mapping[str, Callable[[Snapshot, Ref], list[str]]] = {
    ValueStream.KIND: _itself,
    Team.KIND: _part_of,
    Product.KIND: _part_of,
    WorkItem.KIND: _of_work,
    Objective.KIND: _of_owner,
    KeyResult.KIND: _of_measured,
}
