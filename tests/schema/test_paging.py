from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.commands import CreateNode
from graph.workspace import Workspace
from tests.schema.asking import ask, company, filled, link, node, told

PAGE = """
query($first: Int, $after: String, $last: Int, $before: String,
      $filter: TeamFilter, $orderBy: [TeamOrder!]) {
  teams(first: $first, after: $after, last: $last, before: $before,
        filter: $filter, orderBy: $orderBy) {
    totalCount
    edges { cursor node { key } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""

NAMES = st.none() | st.text("abAB é", min_size=1, max_size=3).filter(lambda t: t == t.strip())
TEAMS = st.lists(
    st.tuples(
        NAMES,
        st.none() | st.sampled_from([0, 1, 1.5, 2]),
        st.none() | st.sampled_from(["platform", "enabling"]),
        st.none() | st.dates(),
    ),
    max_size=12,
)
ORDERS = st.none() | st.lists(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["NAME", "CAPACITY", "TYPE", "FOUNDED", "KEY"]),
            "direction": st.sampled_from(["ASC", "DESC"]),
        }
    ),
    max_size=3,
)
FILTERS = st.sampled_from(
    [
        None,
        {"capacity": {"gte": 1}},
        {"name": {"contains": "A"}},
        {"type": {"eq": "PLATFORM"}},
        {"not": {"founded": {"isNull": True}}},
    ]
)


def _graph(teams: Sequence[tuple[Any, ...]]) -> Workspace:
    return filled(
        *(
            node(
                "Team",
                f"t{i}",
                name=name,
                capacity=capacity,
                type=type_,
                founded=None if founded is None else founded.isoformat(),
            )
            for i, (name, capacity, type_, founded) in enumerate(teams)
        )
    )


def _page(workspace: Workspace, asked: Mapping[str, object]) -> Any:  # noqa: ANN401
    return told(workspace, PAGE, **asked)["teams"]


def _keys(page: Any) -> list[str]:  # noqa: ANN401
    return [edge["node"]["key"] for edge in page["edges"]]


@settings(max_examples=60, deadline=None)
@given(TEAMS, ORDERS, FILTERS, st.integers(1, 5))
def test_paging_either_way_gives_each_node_once_and_in_order(
    teams: Sequence[tuple[Any, ...]], order: object, wanted: object, size: int
) -> None:
    workspace, asked = _graph(teams), {"orderBy": order, "filter": wanted}
    whole = _page(workspace, asked)
    assert whole["totalCount"] == len(_keys(whole)) == len(set(_keys(whole)))
    forward: list[str] = []
    after = None
    while True:
        page = _page(workspace, {**asked, "first": size, "after": after})
        assert page["pageInfo"]["hasPreviousPage"] is bool(forward)
        forward += _keys(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    backward: list[str] = []
    before = None
    while True:
        page = _page(workspace, {**asked, "last": size, "before": before})
        assert page["pageInfo"]["hasNextPage"] is bool(backward)
        backward = _keys(page) + backward
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert forward == backward == _keys(whole)


def test_nulls_come_last_whichever_way_the_order_goes() -> None:
    workspace = filled(
        node("Team", "a"), node("Team", "b", capacity=1), node("Team", "c", capacity=2)
    )
    for direction, keys in (("ASC", ["b", "c", "a"]), ("DESC", ["c", "b", "a"])):
        order = [{"field": "CAPACITY", "direction": direction}]
        assert _keys(_page(workspace, {"orderBy": order})) == keys


def test_a_cursor_stays_good_when_nodes_come_before_it() -> None:
    workspace = filled(*(node("Team", key) for key in ("b", "d", "f")))
    first = _page(workspace, {"first": 2})
    for key in ("a", "c", "e"):
        workspace.execute(CreateNode("Team", key), actor="other")
    rest = _page(workspace, {"first": 10, "after": first["pageInfo"]["endCursor"]})
    assert _keys(rest) == ["e", "f"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first": 501}, "the limit is 500"),
        ({"last": 501}, "the limit is 500"),
        ({"first": -1}, "first is -1"),
        ({"first": 1, "last": 1}, "do not go together"),
        ({"after": "nonsense"}, "the cursor is not one"),
        ({"before": "WzFd"}, "the cursor is not one"),
        ({"orderBy": [{"field": "NAME"}] * 5}, "the limit is 4"),
    ],
)
def test_a_page_that_cannot_be_is_refused(asked: Mapping[str, object], words: str) -> None:
    answer = ask(company(), PAGE, **asked)
    assert answer.code == "BAD_USAGE"
    assert words in answer.errors[0]["message"]


def test_a_cursor_of_another_order_is_refused() -> None:
    workspace = company()
    cursor = _page(workspace, {"orderBy": [{"field": "NAME"}]})["pageInfo"]["endCursor"]
    assert ask(workspace, PAGE, after=cursor).code == "BAD_USAGE"
    assert ask(
        workspace, "query($c: String) { products(after: $c) { totalCount } }", c=cursor
    ).errors


def test_relationships_are_paged_too() -> None:
    parts = [node("WorkItem", f"part{i}") for i in range(5)]
    links = [link(f"WorkItem/part{i}", "PART_OF", "WorkItem/whole") for i in range(5)]
    workspace = filled(node("WorkItem", "whole"), *parts, *links)
    query = """query($after: String) { workItem(key: "whole") { parts(first: 2, after: $after) {
      totalCount nodes { key } pageInfo { hasNextPage endCursor } } } }"""
    found: list[str] = []
    after = None
    while True:
        page = told(workspace, query, after=after)["workItem"]["parts"]
        assert page["totalCount"] == 5
        found += [n["key"] for n in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == [f"part{i}" for i in range(5)]


def test_many_nodes_are_filtered_off_the_event_loop_to_the_same_effect() -> None:
    workspace = filled(*(node("Team", f"t{i:04}", capacity=i) for i in range(1_200)))
    page = _page(
        workspace,
        {"filter": {"capacity": {"gte": 1_100}}, "orderBy": [{"field": "CAPACITY"}], "first": 1},
    )
    assert _keys(page) == ["t1100"]
    assert page["totalCount"] == 100
    assert page["pageInfo"]["hasNextPage"] is True


@pytest.mark.parametrize("order", [[{"field": "NAME"}], [{"field": "CAPACITY"}, {"field": "NAME"}]])
def test_cursors_stay_short_however_long_the_texts_they_sort_by(order: object) -> None:
    names = ["\x01" * 50_000 + end for end in ("b", "a")] + ["\x01" * 10]
    workspace = filled(*(node("Team", f"t{i}", name=name) for i, name in enumerate(names)))
    found: list[str] = []
    after = None
    for _ in names:
        page = _page(workspace, {"orderBy": order, "first": 1, "after": after})
        found += _keys(page)
        after = page["pageInfo"]["endCursor"]
        assert len(after) < 3_000
    assert found == ["t2", "t0", "t1"]  # the first 200 characters are alike: the key decides


def test_a_cursor_names_a_relationship_whatever_its_keys_are_made_of() -> None:
    keys = ["中" * 499 + end for end in "abc"]
    parts = [node("WorkItem", key) for key in keys]
    links = [link(f"WorkItem/{key}", "PART_OF", "WorkItem/whole") for key in keys]
    workspace = filled(node("WorkItem", "whole"), *parts, *links)
    query = """query($after: String) { workItem(key: "whole") {
      parts(first: 1, after: $after, orderBy: [{field: NAME}, {field: DURATION_DAYS}]) {
        nodes { key } pageInfo { endCursor } } } }"""
    found: list[str] = []
    after = None
    for _ in keys:
        page = told(workspace, query, after=after)["workItem"]["parts"]
        found += [n["key"] for n in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert found == keys


def test_a_cursor_of_one_connection_is_refused_by_another() -> None:
    workspace = company()
    query = """{ workItems(first: 1) { pageInfo { endCursor } } team(key: "alpha") {
      delivers { pageInfo { endCursor } } dependents { pageInfo { endCursor } } } }"""
    found = told(workspace, query)
    listed = found["workItems"]["pageInfo"]["endCursor"]
    walked = found["team"]["delivers"]["pageInfo"]["endCursor"]
    other = found["team"]["dependents"]["pageInfo"]["endCursor"]
    walk = """query($c: String) { team(key: "alpha") { delivers(after: $c) { totalCount } } }"""
    assert told(workspace, walk, c=walked)["team"]["delivers"]["totalCount"] == 1
    for cursor in (listed, other):
        assert ask(workspace, walk, c=cursor).code == "BAD_USAGE"
    whole = "query($c: String) { workItems(after: $c) { totalCount } }"
    assert ask(workspace, whole, c=walked).code == "BAD_USAGE"


@pytest.mark.parametrize(
    ("asked", "keys", "before", "after"),
    [
        ({"first": 0}, [], False, True),
        ({"last": 0}, [], True, False),
        ({"last": 2}, ["c", "d"], True, False),
        ({"first": 10}, ["a", "b", "c", "d"], False, False),
        ({"first": None, "last": None}, ["a", "b", "c", "d"], False, False),
    ],
)
def test_a_page_says_what_is_on_either_side(
    asked: Mapping[str, object], keys: Sequence[str], before: bool, after: bool
) -> None:
    workspace = filled(*(node("Team", key, capacity=1) for key in "abcd"), node("Team", "z"))
    for wanted in ({"capacity": {"gte": 1}}, {"not": {"key": {"eq": "z"}}}):
        page = _page(workspace, {**asked, "filter": wanted})
        assert _keys(page) == keys
        assert page["totalCount"] == 4
        assert page["pageInfo"]["hasPreviousPage"] is before
        assert page["pageInfo"]["hasNextPage"] is after


def test_a_window_between_two_cursors_is_bounded_by_both() -> None:
    workspace = filled(*(node("Team", key) for key in "abcdef"))
    edges = _page(workspace, {})["edges"]
    cursors = {edge["node"]["key"]: edge["cursor"] for edge in edges}
    between = {"after": cursors["a"], "before": cursors["e"]}
    assert _keys(_page(workspace, {**between, "first": 2})) == ["b", "c"]
    assert _keys(_page(workspace, {**between, "last": 2})) == ["c", "d"]
    empty = _page(workspace, {"after": cursors["e"], "before": cursors["a"]})
    assert _keys(empty) == []
    assert empty["pageInfo"]["hasNextPage"] is True


def test_many_rows_are_counted_off_the_event_loop_and_only_for_those_who_ask() -> None:
    workspace = filled(*(node("Team", f"t{i:04}", capacity=i % 2) for i in range(2_500)))
    query = """{ teams(filter: {capacity: {eq: 1}}, first: 1) { a: totalCount b: totalCount
      nodes { key } } }"""
    assert told(workspace, query)["teams"] == {"a": 1250, "b": 1250, "nodes": [{"key": "t0001"}]}
