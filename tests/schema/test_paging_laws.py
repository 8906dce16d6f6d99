"""Paging while others write: what was there all the time is told once, and nothing else is lost."""

import asyncio
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.commands import CreateNode, DeleteNode, UpdateNode
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.context import Context
from tests.schema.asked import NAMES, NUMBERS, TEAMS, orders
from tests.schema.asking import filled, node, schema, told
from tests.schema.oracle import Json

PAGE = """query($first: Int, $after: String, $last: Int, $before: String, $f: TeamFilter,
      $o: [TeamOrder!]) {
  teams(first: $first, after: $after, last: $last, before: $before, filter: $f, orderBy: $o) {
    totalCount nodes { key } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
FILTERS = st.sampled_from(
    [
        None,
        {"capacity": {"isNull": False}},
        {"type": {"in": ["PLATFORM", "ENABLING"]}},
        {"or": [{"name": {"contains": "s"}}, {"name": {"eq": None}}]},
    ]
)
WRITES = st.lists(
    st.tuples(
        st.sampled_from(["create", "update", "delete"]),
        st.integers(0, 30),
        st.fixed_dictionaries({}, optional={"name": NAMES, "capacity": NUMBERS}),
    ),
    max_size=4,
)
ORDERS = orders("NAME", "TYPE", "CAPACITY", "FOUNDED", "KEY", "REVISION")


def _write(workspace: Workspace, writes: Sequence[tuple[str, int, Json]]) -> set[str]:
    """Write, and give the keys of what was altered or removed."""
    touched = set()
    for kind, number, values in writes:
        # New ones come in between the old, whose keys have an even number.
        key = f"t{number * 2 + (kind == 'create'):03}"
        there = workspace.snapshot().get(Ref("Team", key)) is not None
        if there == (kind == "create"):
            continue
        touched.add(key)
        if kind == "create":
            workspace.execute(CreateNode("Team", key, values), actor="other")
        elif kind == "update":
            workspace.execute(UpdateNode(Ref("Team", key), values), actor="other")
        else:
            workspace.execute(DeleteNode(Ref("Team", key)), actor="other")
    return touched


@settings(max_examples=100, deadline=None)
@given(
    st.lists(TEAMS, min_size=1, max_size=14),
    FILTERS,
    ORDERS,
    st.integers(1, 3),
    st.lists(WRITES, min_size=20, max_size=20),
    st.booleans(),
)
def test_what_stays_as_it_is_comes_once_however_others_write(
    teams: list[Json], wanted: Json, order: Json, size: int, writes: list[Json], forward: bool
) -> None:
    workspace = filled(*(node("Team", f"t{i * 2:03}", **given) for i, given in enumerate(teams)))
    asked = {"f": wanted, "o": order}
    whole = [n["key"] for n in told(workspace, PAGE, **asked)["teams"]["nodes"]]
    touched: set[str] = set()
    seen: list[str] = []
    cursor = None
    for between in writes:
        window = {"first": size, "after": cursor} if forward else {"last": size, "before": cursor}
        page = told(workspace, PAGE, **asked, **window)["teams"]
        keys = [n["key"] for n in page["nodes"]]
        seen = [*seen, *keys] if forward else [*keys, *seen]
        info = page["pageInfo"]
        cursor = info["endCursor" if forward else "startCursor"] or cursor
        if not info["hasNextPage" if forward else "hasPreviousPage"]:
            break
        touched |= _write(workspace, between)
    assert [key for key in seen if key not in touched] == [k for k in whole if k not in touched]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(TEAMS, min_size=1, max_size=14),
    FILTERS,
    st.lists(ORDERS, max_size=3),
    st.lists(WRITES),
)
def test_what_writes_moved_forward_is_what_is_made_anew(
    teams: list[Json], wanted: Json, asked: list[Json], writes: list[Json]
) -> None:
    workspace = filled(*(node("Team", f"t{i * 2:03}", **given) for i, given in enumerate(teams)))
    for between in writes:
        for order in asked:
            told(workspace, PAGE, f=wanted, o=order)
        _write(workspace, between)
    now = workspace.snapshot()
    anew = Snapshot.build(
        [n for kind in ENTITIES for n in now.nodes(kind.cls).values()],
        [link for kind in RELATIONS for link in now.relations(kind.cls).values()],
        revision=now.revision,
    )
    for order in asked:
        found, fresh = (
            asyncio.run(
                schema().execute(
                    PAGE,
                    variable_values={"f": wanted, "o": order},
                    context_value=Context.of(workspace, snapshot=snapshot),
                )
            )
            for snapshot in (now, anew)
        )
        assert not found.errors
        assert found.data == fresh.data
