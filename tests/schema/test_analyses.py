import asyncio

from graph.analyses.registry import ANALYSES
from graph.model.relations import RelationRef
from graph.model.values import Ref
from schema.context import Context
from schema.identity import node_id, relation_id
from schema.queries.analyses import analysis_name
from tests.schema.asking import ask, company, schema, told

REQUIRED = {
    "history": 'root: "KeyResult/sales"',
    "forecast": 'root: "Objective/grow"',
    "impact": 'root: "Team/alpha"',
    "impact-of-slip": 'root: "Team/alpha", days: 5',
    "cascade": 'root: "Objective/grow"',
    "trace": 'root: "Team/alpha"',
    "neighborhood": 'root: "Team/alpha"',
}


def test_every_analysis_answers_on_a_small_company() -> None:
    for found in ANALYSES:
        arguments = REQUIRED.get(found.name, "")
        call = f"{analysis_name(found)}({arguments})" if arguments else analysis_name(found)
        assert told(company(), f"{{ {call} {{ __typename }} }}")


def test_a_schedule_leads_back_to_its_work_items() -> None:
    query = """{ criticalPath(start: "2026-01-05", nearDays: 1) { finishDays paths
      items { key es critical start node { flow deliveredBy { nodes { key } } } } } }"""
    found = told(company(), query)["criticalPath"]
    assert found["finishDays"] == 6.0
    assert found["paths"] == [["build", "ship"]]
    assert found["items"][0]["node"] == {
        "flow": "FEATURE",
        "deliveredBy": {"nodes": [{"key": "alpha"}]},
    }


def test_bottlenecks_take_weights_and_give_their_components_by_name() -> None:
    query = """{ bottlenecks(weights: {fanIn: 7}) { weights { name value }
      teams { key node { name } components { name value rank } } } }"""
    found = told(company(), query)["bottlenecks"]
    assert {"name": "fan_in", "value": 7.0} in found["weights"]
    assert found["teams"][0]["key"] == "alpha"
    assert found["teams"][0]["node"] == {"name": "Alpha"}
    assert "fan_in" in {c["name"] for c in found["teams"][0]["components"]}


def test_bottlenecks_tell_declared_dependencies_from_derived_and_take_today_from_the_clock() -> (
    None
):
    query = """{ bottlenecks(dependencies: DERIVED) { declaredDependencies derivedDependencies notes
      teams { key declaredDependencies derivedDependencies concurrentEpics utilisationBasis
        dissolved warnings } } }"""
    found = told(company(), query)["bottlenecks"]
    assert found["declaredDependencies"] == 0
    assert found["teams"][0]["warnings"] == []
    assert not any("without today" in note for note in found["notes"])


def test_impact_is_asked_by_id_or_by_name_and_narrowed_by_kind() -> None:
    workspace = company()
    query = """query($of: ID!) { downstream(of: $of, kinds: [KEY_RESULT]) {
      targets { kind key distance path node { title } } } }"""
    by_id = told(workspace, query, of=node_id(Ref("Team", "alpha")))
    assert by_id == told(workspace, query, of="Team/alpha")
    (target,) = by_id["downstream"]["targets"]
    assert (target["kind"], target["key"]) == ("KeyResult", "sales")
    assert target["node"] == {"title": "sales"}
    up = told(workspace, '{ upstream(of: "WorkItem/ship") { targets { key } } }')["upstream"]
    assert {"key": "build"} in up["targets"]


def test_a_slip_is_asked_by_key_or_id_and_leads_back_into_the_graph() -> None:
    workspace = company()
    query = """query($root: ID!) { impactOfSlip(root: $root, days: 10) { root summary
      items { key days node { title } } teams { key role path node { name } }
      keyResults { key before after node { title } } objectives { key level node { title } } } }"""
    by_key = told(workspace, query, root="d1")["impactOfSlip"]
    assert (
        by_key
        == told(workspace, query, root=relation_id(RelationRef("DEPENDS_ON", "d1")))["impactOfSlip"]
    )
    assert by_key["items"] == [{"key": "ship", "days": 10.0, "node": {"title": "ship"}}]
    assert by_key["teams"][0]["node"] == {"name": "Beta"}
    by_node = told(workspace, query, root=node_id(Ref("WorkItem", "build")))["impactOfSlip"]
    assert by_node["keyResults"][0]["node"] == {"title": "sales"}
    assert by_node["objectives"] == [{"key": "grow", "level": "company", "node": {"title": "Grow"}}]
    answer = ask(workspace, query, root="Team/beta->Team/alfa")
    assert answer.code == "NOT_FOUND"


def test_an_objective_knows_its_own_progress() -> None:
    query = """{ objective(key: "grow") { progress coverage }
      keyResult(key: "sales") { progress rawProgress checkedIn }
      cascade(root: "Objective/grow") { progress coverage leaves { key node { title } } } }"""
    found = told(company(), query)
    assert found["objective"] == {"progress": 0.5, "coverage": 1.0}
    assert found["keyResult"] == {"progress": 0.5, "rawProgress": 0.5, "checkedIn": None}
    assert found["cascade"]["progress"] == 0.5
    assert found["cascade"]["leaves"] == [{"key": "sales", "node": {"title": "sales"}}]


def test_a_team_is_traced_up_to_the_company_and_the_company_down_to_the_team() -> None:
    query = """query($root: ID!) { trace(root: $root, depth: 3) { reachesCompany pathCount
      shortest { path { kind key relation progress node { title } } }
      down { children { kind key owners children { key children { key cut } } } }
      teams { key distance path node { name } } } }"""
    up = told(company(), query, root="Team/alpha")["trace"]
    assert (up["reachesCompany"], up["pathCount"]) == (True, 1.0)
    assert [(s["key"], s["relation"]) for s in up["shortest"]["path"]] == [
        ("acme", None),
        ("grow", "OWNS"),
        ("sales", "MEASURES"),
        ("build", "CONTRIBUTES_TO"),
        ("alpha", "DELIVERS"),
    ]
    assert up["shortest"]["path"][1]["node"] == {"title": "Grow"}
    down = told(company(), query, root="Objective/grow")["trace"]
    (result,) = down["down"]["children"]
    assert (result["key"], result["children"][0]["key"]) == ("sales", "build")
    (team,) = down["teams"]
    assert (team["key"], team["distance"], team["node"]) == ("alpha", 3, {"name": "Alpha"})
    assert team["path"] == ["Objective/grow", "KeyResult/sales", "WorkItem/build", "Team/alpha"]


def test_the_analysis_of_cycles_stands_beside_the_kind_of_that_name() -> None:
    query = "{ cycles { totalCount } cyclesAnalysis(kind: TEAM) { components exact } }"
    assert told(company(), query)["cyclesAnalysis"] == {"components": [], "exact": True}


def test_an_unknown_scope_is_an_error_of_its_field_alone() -> None:
    answer = ask(
        company(), '{ criticalPath(scope: "Team/nobody") { finishDays } graph { revision } }'
    )
    assert answer.code == "NOT_FOUND"
    assert answer.data == {"criticalPath": None, "graph": {"revision": 1}}


def test_the_event_loop_turns_while_an_analysis_runs() -> None:
    async def run() -> int:
        turns = 0

        async def turning() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(turning())
        query = "{ bottlenecks { teams { key } } alignment { workWithoutTeam } }"
        await schema().execute(query, context_value=Context.of(company()))
        task.cancel()
        return turns

    assert asyncio.run(run()) > 3
