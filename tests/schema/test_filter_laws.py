"""What the API lists, against what brute force finds in the records: see `oracle`."""

from hypothesis import given, settings

from graph.model.records import Record, RelationRecord
from tests.schema.asked import ITEM_FILTERS, ITEM_ORDERS, TEAM_FILTERS, TEAM_ORDERS, graphs
from tests.schema.asking import filled, told
from tests.schema.oracle import Json, Oracle, ordered

ITEMS = """query($f: WorkItemFilter, $o: [WorkItemOrder!]) {
  workItems(filter: $f, orderBy: $o) { totalCount nodes { key } pageInfo { hasNextPage } } }"""
TEAMS = """query($f: TeamFilter, $o: [TeamOrder!], $g: WorkItemFilter, $p: [WorkItemOrder!]) {
  teams(filter: $f, orderBy: $o) { totalCount
    nodes { key delivers(filter: $g, orderBy: $p) { totalCount nodes { key } } } } }"""
NEAR = """query($of: ID!, $f: NodeFilter, $o: [NodeOrder!]) {
  neighbors(of: $of, filter: $f, orderBy: $o) { totalCount nodes { kind key } } }"""


def _keys(page: Json) -> list[str]:
    assert page["totalCount"] == len(page["nodes"])
    return [node["key"] for node in page["nodes"]]


@settings(max_examples=250, deadline=None)
@given(graphs(), ITEM_FILTERS, ITEM_ORDERS)
def test_work_items_are_those_that_brute_force_finds(
    records: list[Record], wanted: Json, order: Json
) -> None:
    page = told(filled(*records), ITEMS, f=wanted, o=order)["workItems"]
    assert _keys(page) == Oracle(records).listed("WorkItem", wanted, order)
    assert page["pageInfo"]["hasNextPage"] is False


@settings(max_examples=100, deadline=None)
@given(graphs(), TEAM_FILTERS, TEAM_ORDERS, ITEM_FILTERS, ITEM_ORDERS)
def test_what_a_node_leads_to_is_filtered_and_sorted_alike(
    records: list[Record], wanted: Json, order: Json, inner: Json, inner_order: Json
) -> None:
    oracle = Oracle(records)
    page = told(filled(*records), TEAMS, f=wanted, o=order, g=inner, p=inner_order)["teams"]
    assert _keys(page) == oracle.listed("Team", wanted, order)
    by_key = {team.key: team for team in oracle.nodes("Team")}
    for team in page["nodes"]:
        fars = [far for _, far in oracle.links(by_key[team["key"]], "delivers")]
        passing = [far for far in fars if oracle.passes(far, inner)]
        assert _keys(team["delivers"]) == [far.key for far in ordered(passing, inner_order)]


@settings(max_examples=60, deadline=None)
@given(graphs(), ITEM_FILTERS)
def test_neighbors_are_filtered_by_what_their_kind_has(records: list[Record], wanted: Json) -> None:
    oracle, workspace = Oracle(records), filled(*records)
    for team in oracle.nodes("Team"):
        me = f"Team/{team.key}"
        page = told(workspace, NEAR, of=me, f={"workItem": wanted}, o=[{"field": "KEY"}])
        ends = [
            end
            for link in records
            if isinstance(link, RelationRecord) and me in (link.start, link.end)
            for end in (str(link.start), str(link.end))
            if end.startswith("WorkItem/")
        ]
        passing = {item.key for item in oracle.nodes("WorkItem") if oracle.passes(item, wanted)}
        found = sorted(end.partition("/")[2] for end in ends)
        assert _keys(page["neighbors"]) == [key for key in found if key in passing]
