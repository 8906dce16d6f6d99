import pytest

from graph.commands import UpdateNode
from graph.model.codec import shown
from graph.model.values import Ref
from schema.identity import node_id, opaque
from tests.schema.asking import ask, company, filled, link, node, told


def test_a_node_is_found_by_its_key_and_by_its_id() -> None:
    workspace = company()
    query = '{ team(key: "alpha") { id kind key title name type capacity tags } }'
    team = told(workspace, query)["team"]
    assert team == {
        "id": node_id(Ref("Team", "alpha")),
        "kind": "TEAM",
        "key": "alpha",
        "title": "Alpha",
        "name": "Alpha",
        "type": "PLATFORM",
        "capacity": 5.0,
        "tags": ["core", "eu"],
    }
    again = told(workspace, "query($id: ID!) { node(id: $id) { __typename key } }", id=team["id"])[
        "node"
    ]
    assert again == {"__typename": "Team", "key": "alpha"}


@pytest.mark.parametrize("key", ["nobody", "a\nb"])
def test_an_id_of_nothing_that_there_is_is_null_for_itself_alone(key: str) -> None:
    ids = [node_id(Ref("Team", key)), node_id(Ref("Team", "alpha"))]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { key } }"
    assert told(company(), query, ids=ids)["nodes"] == [None, {"key": "alpha"}]


@pytest.mark.parametrize(
    "id_", ["", "%", "Team/alpha", opaque("Planet:x"), opaque("Team"), "A" * 9_999]
)
def test_what_is_no_id_is_null_for_itself_alone_with_an_error_that_names_it(id_: str) -> None:
    good = node_id(Ref("Team", "alpha"))
    answer = ask(
        company(), "query($ids: [ID!]!) { nodes(ids: $ids) { key } }", ids=[good, id_, good]
    )
    assert answer.data["nodes"] == [{"key": "alpha"}, None, {"key": "alpha"}]
    assert answer.code == "BAD_USAGE"
    (error,) = answer.errors
    assert error["path"] == ["nodes", 1]
    assert shown(id_) in error["message"]


def test_relationships_are_walked_both_ways_with_their_properties() -> None:
    query = """{
      team(key: "beta") { dependsOn { edges { criticality node { key kind } } } }
      product(key: "cart") { builtBy { edges { share node { key members { edges { role since
        node { name } } } } } } partOf { nodes { key partOf { nodes { ... on Company { name } } } } } }
    }"""
    assert told(company(), query) == {
        "team": {
            "dependsOn": {
                "edges": [{"criticality": "HIGH", "node": {"key": "alpha", "kind": "TEAM"}}]
            }
        },
        "product": {
            "builtBy": {
                "edges": [
                    {
                        "share": 0.5,
                        "node": {
                            "key": "alpha",
                            "members": {
                                "edges": [
                                    {"role": "lead", "since": "2024-01-01", "node": {"name": "Ann"}}
                                ]
                            },
                        },
                    }
                ]
            },
            "partOf": {"nodes": [{"key": "shop", "partOf": {"nodes": [{"name": "Acme"}]}}]},
        },
    }


def test_where_several_kinds_can_stand_they_can_be_told_apart() -> None:
    query = """{ valueStream(key: "shop") {
      parts { nodes { __typename key } } products: parts(kinds: [PRODUCT]) { nodes { key } } } }"""
    shop = told(company(), query)["valueStream"]
    assert shop["parts"]["nodes"] == [
        {"__typename": "Product", "key": "cart"},
        {"__typename": "Team", "key": "alpha"},
    ]
    assert shop["products"]["nodes"] == [{"key": "cart"}]


def test_records_and_moments_come_as_they_were_recorded() -> None:
    workspace = filled(
        node(
            "WorkItem",
            "w",
            states=[["new", "2024-01-01"], ["active", "2024-01-02T10:00:00+01:00"]],
            estimate_days=[1, 2, 4],
        )
    )
    query = """{ workItem(key: "w") { currentState state states { state at }
      estimateDays { optimistic likely pessimistic } } }"""
    assert told(workspace, query)["workItem"] == {
        "currentState": "ACTIVE",
        "state": "ACTIVE",
        "states": [
            {"state": "NEW", "at": "2024-01-01"},
            {"state": "ACTIVE", "at": "2024-01-02T09:00:00Z"},
        ],
        "estimateDays": {"optimistic": 1.0, "likely": 2.0, "pessimistic": 4.0},
    }


def test_feedback_whose_plural_is_the_same_word_has_both_fields() -> None:
    workspace = filled(node("Feedback", "f", channel="mail"))
    query = '{ feedback { totalCount } feedbackItem(key: "f") { channel } }'
    assert told(workspace, query) == {
        "feedback": {"totalCount": 1},
        "feedbackItem": {"channel": "mail"},
    }


def test_search_ranks_names_before_descriptions_and_knows_no_case() -> None:
    workspace = filled(
        node("Team", "x", description="the cart people"),
        node("Product", "cart"),
        node("Product", "big", name="Shopping CART"),
        node("Person", "carter"),
    )
    query = """query($k: [NodeKind!]) { search(text: "Cart", kinds: $k) {
      totalCount hits { rank node { key } } } }"""
    found = told(workspace, query)["search"]
    assert [(h["rank"], h["node"]["key"]) for h in found["hits"]] == [
        (0, "cart"),
        (1, "carter"),
        (2, "big"),
        (3, "x"),
    ]
    assert told(workspace, query, k=["PERSON"])["search"]["totalCount"] == 1


def test_search_for_nothing_finds_nothing() -> None:
    assert told(company(), '{ search(text: "  ") { totalCount } }')["search"]["totalCount"] == 0
    assert ask(company(), "{ search(text: %s) { totalCount } }" % ('"' + "x" * 201 + '"')).errors


def test_neighbors_are_joined_by_any_relationship_either_way() -> None:
    query = """query($d: Direction!, $r: [RelationType!]) {
      neighbors(of: "Team/alpha", direction: $d, relations: $r) {
        totalCount edges { direction relationship { relation __typename } node { key } } } }"""
    both = told(company(), query, d="BOTH")["neighbors"]
    assert both["totalCount"] == 5
    into = told(company(), query, d="IN", r=["DEPENDS_ON"])["neighbors"]["edges"]
    assert into == [
        {
            "direction": "IN",
            "relationship": {"relation": "DEPENDS_ON", "__typename": "DependsOn"},
            "node": {"key": "beta"},
        }
    ]


def test_neighbors_are_paged_without_loss() -> None:
    workspace = company()
    query = """query($a: String) { neighbors(of: "Team/alpha", first: 2, after: $a) {
      edges { cursor node { key } } pageInfo { hasNextPage endCursor } } }"""
    found: list[str] = []
    after = None
    while True:
        page = told(workspace, query, a=after)["neighbors"]
        found += [e["node"]["key"] for e in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert sorted(found) == ["ann", "beta", "build", "cart", "shop"]


def test_a_path_is_a_shortest_one() -> None:
    query = """query($m: Int!, $d: Direction!) {
      path(from: "WorkItem/ship", to: "Company/acme", maxLength: $m, direction: $d) {
        length nodes { key } relationships { relation } } }"""
    path = told(company(), query, m=20, d="BOTH")["path"]
    assert path["length"] == len(path["relationships"]) == len(path["nodes"]) - 1 == 4
    assert path["nodes"][0]["key"] == "ship"
    assert path["nodes"][-1]["key"] == "acme"
    assert told(company(), query, m=3, d="BOTH")["path"] is None
    assert told(company(), query, m=20, d="IN")["path"] is None


def test_a_path_to_oneself_has_no_steps() -> None:
    query = '{ path(from: "Team/alpha", to: "Team/alpha") { length nodes { key } } }'
    assert told(company(), query)["path"] == {"length": 0, "nodes": [{"key": "alpha"}]}


def test_the_graph_says_at_which_revision_it_stands() -> None:
    workspace = company()
    graph = told(workspace, "{ graph { revision at nodeCount relationshipCount } }")["graph"]
    assert graph["revision"] == workspace.snapshot().revision == 1
    assert (graph["nodeCount"], graph["relationshipCount"]) == workspace.snapshot().count()
    assert graph["at"].endswith("Z")


def test_every_query_runs_on_the_past_too() -> None:
    workspace = company()
    workspace.execute(UpdateNode(Ref("Team", "alpha"), {"name": "Omega"}), actor="x")
    query = """{ team(key: "alpha") { name } asOf(revision: 1) {
      graph { revision } team(key: "alpha") { name dependents { nodes { key } } }
      search(text: "omega") { totalCount } changes { totalCount }
      downstream(of: "Team/alpha") { targets { key node { title } } } } }"""
    found = told(workspace, query)
    assert found["team"] == {"name": "Omega"}
    past = found["asOf"]
    assert past["graph"] == {"revision": 1}
    assert past["team"] == {"name": "Alpha", "dependents": {"nodes": [{"key": "beta"}]}}
    assert past["search"] == {"totalCount": 0}
    assert past["changes"] == {"totalCount": 1}
    assert {"key": "beta", "node": {"title": "Beta"}} in past["downstream"]["targets"]


def test_the_past_is_found_by_an_instant_as_well() -> None:
    workspace = company()
    at = workspace.snapshot().at
    assert at is not None
    workspace.execute(UpdateNode(Ref("Team", "alpha"), {"name": "Omega"}), actor="x")
    query = 'query($at: DateTime!) { asOf(at: $at) { team(key: "alpha") { name } } }'
    found = told(workspace, query, at=at.isoformat())
    assert found["asOf"]["team"]["name"] == "Alpha"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("revision: 99", "REVISION_UNKNOWN"),
        ("revision: -1", "REVISION_UNKNOWN"),
        ('revision: 1, at: "2024-01-01T00:00:00Z"', "BAD_USAGE"),
        ("revision: null", "BAD_USAGE"),
    ],
)
def test_a_past_that_never_was_is_an_error_with_a_code(arguments: str, code: str) -> None:
    assert ask(company(), f"{{ asOf({arguments}) {{ graph {{ revision }} }} }}").code == code


def test_a_relationship_is_found_by_its_id() -> None:
    workspace = filled(
        node("Team", "a"), node("Product", "p"), link("Team/a", "BUILDS", "Product/p", share=0.3)
    )
    edge = '{ team(key: "a") { builds { edges { relationshipId } } } }'
    (found,) = told(workspace, edge)["team"]["builds"]["edges"]
    query = """query($id: ID!) { relationship(id: $id) {
      relation source { key } target { key } ... on Builds { share } } }"""
    assert told(workspace, query, id=found["relationshipId"])["relationship"] == {
        "relation": "BUILDS",
        "source": {"key": "a"},
        "target": {"key": "p"},
        "share": 0.3,
    }
    assert told(workspace, query, id="nonsense")["relationship"] is None
