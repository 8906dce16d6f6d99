"""Progress by the letter of the definition: every path to every leaf, in exact fractions."""

from collections.abc import Iterator
from fractions import Fraction

from graph.model.entities import CheckIn, KeyResult, Objective
from graph.model.relations import ContributesTo, For, Measures
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


def progress_of(graph: Snapshot, ref: Ref) -> tuple[float | None, float]:
    """Give progress and coverage of an objective or key result."""
    paths = list(_paths(graph, ref, Fraction(1)))
    known = [(share, progress) for share, progress in paths if progress is not None]
    covered = sum(share for share, _ in known)
    if not covered:
        return None, 0.0
    return float(sum(s * p for s, p in known) / covered), float(covered)


def _paths(
    graph: Snapshot, ref: Ref, share: Fraction
) -> Iterator[tuple[Fraction, Fraction | None]]:
    """Give each path down to a leaf: the product of its normalised weights, the leaf's progress."""
    own = _own(graph, ref)
    below = [] if own is not None else _below(graph, ref)
    total = sum(weight for _, weight in below)
    if not below:
        yield share, own
    for child, weight in below:
        if total:
            yield from _paths(graph, child, share * weight / total)


def _below(graph: Snapshot, ref: Ref) -> list[tuple[Ref, Fraction]]:
    found = []
    for measures in graph.relations(Measures).values():
        if measures.target == ref:
            node = graph.node(KeyResult, measures.source.key)
            assert node is not None
            given = [weight for weight in (measures.weight, node.weight, 1.0) if weight is not None]
            found.append((measures.source, Fraction(given[0])))
    found += [
        (link.source, Fraction(1 if link.weight is None else link.weight))
        for link in graph.relations(ContributesTo).values()
        if link.target == ref and link.source.kind == Objective.KIND
    ]
    return found


def _own(graph: Snapshot, ref: Ref) -> Fraction | None:
    """Give the progress of a key result that increases or decreases and has a value."""
    node = graph.get(ref)
    if not isinstance(node, KeyResult):
        return None
    found = [
        graph.node(CheckIn, r.source.key) for r in graph.relations(For).values() if r.target == ref
    ]
    dated = sorted((str(c.at), c.value) for c in found if c is not None and c.value is not None)
    value = dated[-1][1] if dated else node.current
    if value is None or node.start is None or node.target is None:
        return None
    start, target = Fraction(node.start), Fraction(node.target)
    return min(Fraction(1), max(Fraction(0), (Fraction(value) - start) / (target - start)))
