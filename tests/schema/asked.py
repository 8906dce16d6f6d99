"""Strategies: small graphs of teams and work items, and what clients ask of them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from hypothesis import strategies as st

from graph.model.records import Record
from tests.schema.asking import link, node
from tests.schema.oracle import WORDS

NAMES = st.sampled_from(
    ["a", "A", "ab", "Straße", "STRASSE", "é", "e\u0301", "É", "İx", "ix", "中", "z z", "ǅ"]
)
TAGS = st.sampled_from(["eu", "us", "core"])
DAYS = st.sampled_from(["2026-01-01", "2026-01-02", "2026-02-01"])
NUMBERS = st.sampled_from([0, 1, 1.5, 2, 1e-9, 1e15])
STATUSES = st.sampled_from(["identified", "requested", "agreed", "rejected"])

TEAMS = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES,
        "type": st.sampled_from(WORDS["type"]),
        "capacity": NUMBERS,
        "founded": DAYS,
        "tags": st.lists(TAGS, max_size=2, unique=True),
    },
)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES,
        "flow": st.sampled_from(WORDS["flow"]),
        "state": st.sampled_from(WORDS["state"]),
        "duration_days": NUMBERS,
        "source_id": st.sampled_from(["X-1", "X-2"]),
        "tags": st.lists(TAGS, max_size=2, unique=True),
    },
)


@st.composite
def graphs(draw: st.DrawFn) -> list[Record]:
    """Give the records of a graph that keeps the rules."""
    teams = draw(st.lists(TEAMS, max_size=4))
    items = draw(st.lists(st.one_of(_plain_items(), _dated_items()), max_size=6))
    found = [
        node("Team", f"t{i}", **cast("dict[str, Any]", given)) for i, given in enumerate(teams)
    ]
    found += [
        node("WorkItem", f"w{i}", **cast("dict[str, Any]", given)) for i, given in enumerate(items)
    ]
    found += [
        link(f"Team/t{a}", "DELIVERS", f"WorkItem/w{b}")
        for a, b in draw(_pairs(len(teams), len(items)))
    ]
    for b, a in draw(_pairs(len(items), len(items))):
        if a < b:
            more = draw(
                st.fixed_dictionaries({}, optional={"status": STATUSES, "lag_days": NUMBERS})
            )
            found.append(
                link(
                    f"WorkItem/w{b}", "DEPENDS_ON", f"WorkItem/w{a}", **cast("dict[str, Any]", more)
                )
            )
    for b, a in draw(_pairs(len(teams), len(teams))):
        if a != b:
            found.append(link(f"Team/t{b}", "DEPENDS_ON", f"Team/t{a}"))
    whole = {b: a for b, a in draw(_pairs(len(items), len(items))) if a < b}
    found += [link(f"WorkItem/w{b}", "PART_OF", f"WorkItem/w{a}") for b, a in whole.items()]
    return found


def _plain_items() -> st.SearchStrategy[dict[str, Any]]:
    return ITEMS


def _dated_items() -> st.SearchStrategy[dict[str, Any]]:
    history = st.lists(st.sampled_from(["new", "active"]), min_size=1, max_size=2)
    dated = history.map(
        lambda states: [[s, f"2026-01-0{at + 1}"] for at, s in enumerate(dict.fromkeys(states))]
    )
    return st.fixed_dictionaries({"states": dated}, optional={"name": NAMES})


def _pairs(rows: int, columns: int) -> st.SearchStrategy[Sequence[tuple[int, int]]]:
    if not rows or not columns:
        return st.just([])
    one = st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1))
    return st.lists(one, max_size=6, unique=True)


@st.composite
def _drawn(draw: st.DrawFn, tests: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(tests)), min_size=1, max_size=2, unique=True))
    return {name: draw(tests[name]) for name in names}


class _Tests(dict[str, st.SearchStrategy[Any]]):
    """Tests by name; shown short, for what hypothesis shows of a strategy."""

    def __repr__(self) -> str:
        return ",".join(self)


def _some(**tests: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Give one or two of the tests."""
    return _drawn(_Tests(tests))


def _upper(words: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([word.upper() for word in words])


TEXT_TEST = _some(
    eq=st.none() | NAMES,
    **{"in": st.lists(NAMES, max_size=3)},
    contains=NAMES,
    startsWith=NAMES,
    endsWith=NAMES,
    isNull=st.booleans(),
)
NUMBER_TEST = _some(
    eq=st.none() | NUMBERS, lt=NUMBERS, lte=NUMBERS, gt=NUMBERS, gte=NUMBERS, isNull=st.booleans()
)
DAY_TEST = _some(eq=DAYS, lt=DAYS, gte=DAYS, **{"in": st.lists(DAYS, max_size=2)})
TAG_TEST = _some(
    has=TAGS,
    hasAny=st.lists(TAGS, max_size=2),
    hasAll=st.lists(TAGS, max_size=2),
    isEmpty=st.booleans(),
)


def _word_test(name: str) -> st.SearchStrategy[dict[str, Any]]:
    words = _upper(WORDS[name])
    return _some(eq=st.none() | words, isNull=st.booleans(), **{"in": st.lists(words, max_size=3)})


_ENTRY = _some(state=_some(eq=_upper(["new", "active"])), at=_some(lt=DAYS, gte=DAYS, eq=DAYS))
HISTORY_TEST = _some(some=_ENTRY, every=_ENTRY, none=_ENTRY, isEmpty=st.booleans())
_TEAM = _some(
    key=_some(eq=st.sampled_from(["t0", "t1"]), **{"in": st.lists(st.just("t1"), max_size=2)}),
    name=TEXT_TEST,
    type=_word_test("type"),
    capacity=NUMBER_TEST,
    founded=DAY_TEST,
    tags=TAG_TEST,
)
_ITEM = _some(
    key=_some(eq=st.sampled_from(["w0", "w3"])),
    name=TEXT_TEST,
    flow=_word_test("flow"),
    state=_word_test("state"),
    states=HISTORY_TEST,
    durationDays=NUMBER_TEST,
    sourceId=_some(eq=st.none() | st.sampled_from(["X-1", "X-9"])),
    tags=TAG_TEST,
)
_LINK = _some(
    status=_some(eq=_upper(["identified", "agreed"]), isNull=st.booleans()), lagDays=NUMBER_TEST
)


def _many(far: st.SearchStrategy[Any], *, narrowed: bool = False) -> st.SearchStrategy[Any]:
    tests = _some(exists=st.booleans(), some=far, every=far, none=far)
    if not narrowed:
        return tests
    return tests | st.tuples(tests, _LINK).map(lambda two: {**two[0], "relationship": two[1]})


def _logic(tests: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        tests,
        lambda inner: st.one_of(
            st.fixed_dictionaries({"and": st.lists(inner, max_size=2)}),
            st.fixed_dictionaries({"or": st.lists(inner, max_size=3)}),
            st.fixed_dictionaries({"not": inner}),
        ),
        max_leaves=4,
    )


_ANY = _logic(
    _some(
        kind=_some(eq=st.sampled_from(["TEAM", "WORK_ITEM"])),
        key=_some(eq=st.sampled_from(["w0", "t0", "t1"])),
        name=TEXT_TEST,
        workItem=_ITEM,
        team=_TEAM,
    )
)
ITEM_FILTERS = _logic(
    _some(
        deliveredBy=_many(_TEAM),
        partOf=_logic(_ITEM),
        parts=_many(_ITEM),
        dependsOn=_many(_ANY, narrowed=True),
        dependents=_many(_ANY, narrowed=True),
    )
    | _ITEM
)
TEAM_FILTERS = _logic(_TEAM | _some(delivers=_many(_ITEM), dependsOn=_many(_ANY, narrowed=True)))


def orders(*fields: str) -> st.SearchStrategy[Any]:
    """Give orders by some of the fields."""
    key = st.fixed_dictionaries(
        {"field": st.sampled_from(fields)},
        optional={
            "direction": st.sampled_from(["ASC", "DESC"]),
            "nulls": st.sampled_from(["FIRST", "LAST"]),
        },
    )
    return st.none() | st.lists(key, max_size=3)


ITEM_ORDERS = orders("NAME", "STATE", "FLOW", "DURATION_DAYS", "SOURCE_ID", "KEY")
TEAM_ORDERS = orders("NAME", "TYPE", "CAPACITY", "FOUNDED", "KEY")
