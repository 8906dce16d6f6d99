import hashlib
import io
from collections import Counter

import pytest

from graph.errors import BadUsage
from graph.model.entities import Objective, Team, WorkItem
from graph.model.records import NodeRecord, Record
from graph.model.relations import Delivers, DependsOn
from graph.model.values import Ref
from seeds.generate import generate
from seeds.writing import write_records
from tests.seeds.reading import imported


def document(teams: int, seed: int) -> bytes:
    stream = io.BytesIO()
    write_records(generate(teams, seed), stream)
    return stream.getvalue()


def counts(records: list[Record]) -> Counter[str]:
    return Counter(r.kind if isinstance(r, NodeRecord) else r.type for r in records)


@pytest.mark.parametrize(("teams", "begins"), [(5, "d3533e637b7608d0"), (100, "d55844f05a24d5f8")])
def test_the_same_size_and_seed_give_the_same_bytes_everywhere(teams: int, begins: str) -> None:
    assert hashlib.sha256(document(teams, 1)).hexdigest().startswith(begins)


def test_another_seed_gives_another_organisation_of_the_same_size() -> None:
    one, other = list(generate(20, 1)), list(generate(20, 2))
    assert one != other
    assert counts(one) == counts(other)


@pytest.mark.parametrize(
    ("teams", "nodes", "relations"),
    [(5, 325, 420), (100, 5_012, 7_035), (750, 37_129, 52_282), (5_000, 247_121, 348_124)],
)
def test_the_size_is_the_one_that_is_told(teams: int, nodes: int, relations: int) -> None:
    found = Counter(isinstance(record, NodeRecord) for record in generate(teams, 1))
    assert (found[True], found[False]) == (nodes, relations)


def test_a_generated_organisation_keeps_every_rule_of_the_graph() -> None:
    graph, problems = imported(generate(60, 3))
    assert not problems
    assert len(graph.nodes(Team)) == 60
    for team in graph.ordered(Team):
        assert len(graph.out(team.ref, Delivers)) == 40
        assert len(graph.out(team.ref, DependsOn)) == 6
    assert {item.current_state for item in graph.ordered(WorkItem)} == {
        "new", "waiting", "active", "done", "cancelled",
    }  # fmt: skip
    assert graph.get(Ref(Objective.KIND, "goal-5")) is not None


def test_a_few_teams_are_needed_by_many() -> None:
    graph, _ = imported(generate(200, 1))
    needed = sorted((len(graph.into(t.ref, DependsOn)) for t in graph.ordered(Team)), reverse=True)
    assert sum(needed) == 1_200
    assert sum(needed[:20]) > 2 * sum(needed[-40:])


@pytest.mark.parametrize("teams", [-1, 0, 4, 5_001])
def test_too_few_and_too_many_teams_are_bad_usage(teams: int) -> None:
    with pytest.raises(BadUsage, match="cannot be generated"):
        generate(teams, 1)
