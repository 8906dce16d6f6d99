from collections.abc import Iterator
from itertools import pairwise

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.analyses.goals.cascade import cascade
from graph.analyses.goals.cascadetree import CascadeNode
from graph.model.entities import KeyResult, Objective
from graph.model.relations import ContributesTo, Measures, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of

WEIGHTS = st.one_of(st.none(), st.integers(0, 4).map(float))


class Drawn:
    """Objectives 0 to n-1 contribute to lower numbers or their key results; 0 is the root."""

    def __init__(self, draw: st.DrawFn) -> None:
        count = draw(st.integers(1, 6))
        self.up: dict[tuple[str, str], float | None] = {}
        self.progress: dict[str, float | None] = {}
        self.own: dict[str, float | None] = {}
        for n in range(count):
            for j in range(draw(st.integers(0, 2))):
                key = f"k{n}{j}"
                self.progress[key] = draw(st.one_of(st.none(), st.integers(-2, 6)))
                self.own[key] = draw(WEIGHTS)
                self.up[key, f"o{n}"] = draw(WEIGHTS)
        for n in range(1, count):
            above = [f"o{m}" for m in range(n)] + [k for k in self.progress if int(k[1]) < n]
            for parent in draw(st.sets(st.sampled_from(above), max_size=3)):
                self.up[f"o{n}", parent] = draw(WEIGHTS)
        self.objectives = [f"o{n}" for n in range(count)]

    def snapshot(self) -> Snapshot:
        nodes = [Objective(key=key) for key in self.objectives]
        results = [
            KeyResult(key=k, start=0.0, target=4.0, current=p, weight=self.own[k])
            for k, p in self.progress.items()
        ]
        links: list[Relation] = []
        for (below, above), weight in self.up.items():
            source = Ref("KeyResult" if below[0] == "k" else "Objective", below)
            target = Ref("KeyResult" if above[0] == "k" else "Objective", above)
            made = Measures if below[0] == "k" else ContributesTo
            links.append(made(source=source, target=target, weight=weight))
        return Snapshot.build([*nodes, *results], links)

    def paths(self, at: str, weight: float) -> Iterator[tuple[str, float]]:
        """Every way down to a leaf (or an empty objective) with the product of its weights."""
        below = [(b, w) for (b, a), w in self.up.items() if a == at]
        if at[0] == "k" and (self.progress[at] is not None or not below):
            yield at, weight
            return
        sized = [(b, self._weight(b, w)) for b, w in below]
        total = sum(w for _, w in sized)
        if not below:
            yield at, weight
        for child, part in sized:
            yield from self.paths(child, weight * part / total if total else 0.0)

    def _weight(self, below: str, weight: float | None) -> float:
        own = self.own.get(below)
        return weight if weight is not None else own if own is not None else 1.0


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    return Drawn(draw)


@given(drawn())
@settings(max_examples=400, deadline=None)
def test_any_contribution_graph_adds_up_path_by_path(graph: Drawn) -> None:
    found = cascade(graph.snapshot(), root="Objective/o0")
    ways = list(graph.paths("o0", 1.0))
    share: dict[str, float] = {}
    for leaf, weight in ways:
        if leaf[0] == "k":
            share[leaf] = share.get(leaf, 0.0) + weight
    assert {leaf.key: leaf.share for leaf in found.leaves} == pytest.approx(share)
    assert {leaf.key: leaf.path_count for leaf in found.leaves} == {
        key: sum(leaf == key for leaf, _ in ways) for key in share
    }
    known = {key: p / 4 for key, p in graph.progress.items() if p is not None and key in share}
    covered = sum(share[key] for key in known)
    assert found.coverage == pytest.approx(covered)
    if covered:
        mean = sum(share[key] * min(1, max(0, p)) for key, p in known.items()) / covered
        assert found.progress == pytest.approx(mean, abs=1e-9)
    else:
        assert found.progress is None


@given(drawn())
@settings(max_examples=200, deadline=None)
def test_weight_times_progress_adds_up_to_the_number(graph: Drawn) -> None:
    found = cascade(graph.snapshot(), root="Objective/o0")
    assume(found.progress is not None)
    total = sum(leaf.effective_weight * (leaf.progress or 0.0) for leaf in found.leaves)
    assert total == pytest.approx(found.progress, abs=1e-9)
    assert sum(leaf.effective_weight for leaf in found.leaves) == pytest.approx(1, abs=1e-9)
    assert found.tree.progress == found.progress


def test_thirty_diamonds_in_a_row_take_no_time_and_list_few_of_their_paths() -> None:
    lines = ["Objective o0", "KeyResult k 40%", "k measures o30"]
    for n in range(30):
        lines += [f"Objective o{n + 1}", f"Objective l{n}", f"Objective r{n}"]
        lines += [f"l{n} contributes_to o{n}", f"r{n} contributes_to o{n}"]
        lines += [f"o{n + 1} contributes_to l{n}", f"o{n + 1} contributes_to r{n}"]
    found = cascade(graph_of("\n".join(lines)), root="Objective/o0")
    assert found.progress == pytest.approx(0.4)
    assert (found.leaves[0].path_count, len(found.leaves[0].paths)) == (2**30, 20)
    assert count(found.tree) < 200


def count(node: CascadeNode) -> int:
    return 1 + sum(count(child) for child in node.children)


def test_a_chain_of_ten_thousand_objectives_is_cut_in_the_tree_but_not_in_the_number() -> None:
    refs = [Ref("Objective", f"{n:05}") for n in range(10_000)]
    nodes = [
        *(Objective(key=ref.key) for ref in refs),
        KeyResult(key="k", start=0, target=1, current=0.5),
    ]
    links: list[Relation] = [
        ContributesTo(source=below, target=above) for above, below in pairwise(refs)
    ]
    links.append(Measures(source=Ref("KeyResult", "k"), target=refs[-1]))
    found = cascade(Snapshot.build(nodes, links), root="Objective/00000")
    assert found.progress == 0.5
    assert len(found.leaves[0].paths[0]) == 10_001
    assert count(found.tree) == 60
    assert orjson.dumps(found)
