"""Snapshots: what changes lead to is what building from scratch gives, and nothing old moves."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from graph.model.changes import Change, NodeChange, RelationChange, inverted, stamped
from graph.model.entities import Entity, Person, Team, WorkItem
from graph.model.relations import DependsOn, MemberOf, Owns, PartOf, Relation, RelationRef
from graph.model.snapshot import MOST_CARRIED, NEAR, Snapshot
from graph.model.values import Ref
from tests.notation import graph_of
from tests.telling import same_graph

REFS = [Ref(kind, key) for kind in ("Team", "WorkItem") for key in "abc"]
"""All ends that a drawn relationship may have; their nodes may be there or not."""

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

names = st.sampled_from([None, "One", "Two"])
entities: st.SearchStrategy[Entity] = st.one_of(
    st.builds(lambda key, name: Team(key=key, name=name), st.sampled_from("abc"), names),
    st.builds(lambda key, name: WorkItem(key=key, name=name), st.sampled_from("abc"), names),
)
ends = st.sampled_from(REFS)
relations: st.SearchStrategy[Relation] = st.one_of(
    st.builds(lambda source, target: PartOf(source=source, target=target), ends, ends),
    st.builds(
        lambda key, source, target, lag: DependsOn(
            key=key, source=source, target=target, lag_days=lag
        ),
        st.sampled_from("xyz"),
        ends,
        ends,
        st.sampled_from([0.0, 1.0]),
    ),
    st.builds(
        lambda source, target, share: MemberOf(source=source, target=target, share=share),
        ends,
        ends,
        st.sampled_from([None, 0.5]),
    ),
)
steps = st.lists(st.tuples(st.one_of(entities, relations), st.booleans()), max_size=25)
"""What is put, or, where the flag is false, taken away."""

Step = tuple[Entity | Relation, bool]


def change_of(before: Snapshot, step: Step) -> Change:
    thing, kept = step
    if isinstance(thing, Relation):
        return RelationChange(thing.ref, before.relation(thing.ref), thing if kept else None)
    return NodeChange(thing.ref, before.get(thing.ref), thing if kept else None)


def history(drawn: list[Step]) -> tuple[list[Change], list[Snapshot]]:
    """Give changes, and the snapshot built from scratch before the first and after each."""
    nodes: dict[Ref, Entity] = {}
    joined: dict[RelationRef, Relation] = {}
    changes: list[Change] = []
    seen = [Snapshot.build([], [])]
    for step in drawn:
        changes.append(change_of(seen[-1], step))
        thing, kept = step
        if isinstance(thing, Relation):
            joined.pop(thing.ref, None)
            joined.update({thing.ref: thing} if kept else {})
        else:
            nodes.pop(thing.ref, None)
            nodes.update({thing.ref: thing} if kept else {})
        seen.append(Snapshot.build(nodes.values(), joined.values()))
    return changes, seen


def alike(one: Snapshot, other: Snapshot) -> bool:
    """Compare the graphs, and also what stands at ends that have no node."""
    return same_graph(one, other) and all(
        one.touching(ref) == other.touching(ref)
        and one.out(ref, DependsOn) == other.out(ref, DependsOn)
        and one.into(ref, DependsOn) == other.into(ref, DependsOn)
        for ref in REFS
    )


@given(steps)
def test_changes_one_by_one_lead_to_what_building_from_scratch_gives(drawn: list[Step]) -> None:
    changes, built = history(drawn)
    snapshot = Snapshot.empty()
    for change, expected in zip(changes, built[1:], strict=True):
        snapshot = snapshot.apply([change])
        assert alike(snapshot, expected)
        assert snapshot.count() == expected.count()


@given(steps)
def test_changes_all_at_once_lead_to_what_building_from_scratch_gives(drawn: list[Step]) -> None:
    changes, built = history(drawn)
    assert alike(Snapshot.empty().apply(changes), built[-1])


@given(steps, st.integers(0, 25))
def test_inverted_changes_take_the_graph_back_and_the_newer_snapshot_stays_as_it_is(
    drawn: list[Step], keep: int
) -> None:
    changes, built = history(drawn)
    snapshot = built[0].apply(changes)
    assert alike(snapshot.apply(inverted(changes[keep:])), built[min(keep, len(changes))])
    assert alike(snapshot, built[-1])


@given(steps, steps)
def test_a_snapshot_stays_as_it_was_when_another_is_made_from_it(
    first: list[Step], second: list[Step]
) -> None:
    changes, built = history([*first, *second])
    old = Snapshot.empty().apply(changes[: len(first)])
    orders = [old.ordered(Team), old.ordered(WorkItem)]
    old.apply(changes[len(first) :])
    assert alike(old, built[len(first)])
    assert [old.ordered(Team), old.ordered(WorkItem)] == orders


@given(steps)
def test_nodes_come_in_the_order_of_their_keys_and_relationships_of_their_other_ends(
    drawn: list[Step],
) -> None:
    changes, _ = history(drawn)
    snapshot = Snapshot.empty().apply(changes)
    for one, other in pairwise(snapshot.ordered(Team)):
        assert one.key < other.key
    for ref in REFS:
        outward = [(r.target, r.identity) for r in snapshot.out(ref, DependsOn)]
        inward = [(r.source, r.identity) for r in snapshot.into(ref, DependsOn)]
        assert (outward, inward) == (sorted(outward), sorted(inward))


@given(steps)
def test_what_is_reached_are_the_nodes_at_the_other_ends_in_the_order_of_the_relationships(
    drawn: list[Step],
) -> None:
    changes, _ = history(drawn)
    snapshot = Snapshot.empty().apply(changes)
    for ref in REFS:
        ahead = [link.target for link in snapshot.out(ref, DependsOn)]
        back = [link.source for link in snapshot.into(ref, DependsOn)]
        for outward, far in ((True, ahead), (False, back)):
            reached = snapshot.reached(ref, DependsOn, outward=outward)
            assert reached == [snapshot.get(each) for each in far]
            teams = snapshot.reached(ref, DependsOn, outward=outward, kinds={"Team"})
            assert teams == [snapshot.get(each) for each in far if each.kind == "Team"]


def test_the_empty_graph_stands_at_revision_zero_and_answers_nothing() -> None:
    empty = Snapshot.empty()
    assert (empty.revision, empty.at, empty.count()) == (0, None, (0, 0))
    assert empty.get(Ref("Team", "a")) is None
    assert empty.node(Team, "a") is None
    assert empty.relation(RelationRef("OWNS", "x")) is None
    assert (empty.ordered(Team), empty.out(Ref("Team", "a"), Owns)) == ((), ())
    assert (dict(empty.nodes(Team)), dict(empty.relations(Owns))) == ({}, {})
    assert (empty.touching(Ref("Team", "a")), list(empty.keys("Team"))) == ((), [])


def test_a_graph_answers_by_kind_and_key_and_by_type_and_end() -> None:
    graph = graph_of("""
        Team a
        Team b
        Objective o
        Person p
        a owns o
        a needs b
        b needs a
        p member_of a
    """)
    a, b, o = Ref("Team", "a"), Ref("Team", "b"), Ref("Objective", "o")
    assert graph.count() == (4, 4)
    assert graph.node(Team, "a") == graph.get(a) == graph.nodes(Team)["a"]
    assert graph.node(Person, "a") is None
    assert sorted(graph.keys("Team")) == ["a", "b"]
    (owns,) = graph.out(a, Owns)
    assert (owns.source, owns.target) == (a, o)
    assert graph.into(o, Owns) == (owns,) == tuple(graph.relations(Owns).values())
    assert graph.relation(owns.ref) == owns
    assert owns.ref == RelationRef("OWNS", "Team/a->Objective/o")
    assert graph.out(o, Owns) == graph.into(a, Owns) == ()
    assert [r.source for r in graph.into(b, DependsOn)] == [a]


def test_what_touches_a_node_comes_once_even_where_it_joins_it_to_itself() -> None:
    graph = graph_of("""
        Team a
        Team b
        a needs a
        a needs b
        b needs a
    """)
    found = graph.touching(Ref("Team", "a"))
    assert [(r.source.key, r.target.key) for r in found] == [("a", "a"), ("a", "b"), ("b", "a")]


def test_a_keyed_dependency_that_gets_another_end_leaves_nothing_behind() -> None:
    graph = graph_of("""
        Team a
        Team b
        Team c
    """)
    a, b, c = (Ref("Team", key) for key in "abc")
    first = DependsOn(key="d", source=a, target=b)
    moved = DependsOn(key="d", source=a, target=c)
    linked = graph.apply([RelationChange(first.ref, None, first)])
    after = linked.apply([RelationChange(first.ref, first, moved)])
    assert after.out(a, DependsOn) == after.into(c, DependsOn) == (moved,)
    assert after.into(b, DependsOn) == ()
    assert linked.into(b, DependsOn) == (first,)


def test_a_derived_value_is_computed_once_and_anew_for_the_next_snapshot() -> None:
    computed: list[int] = []

    def teams(snapshot: Snapshot) -> int:
        computed.append(snapshot.revision)
        return len(snapshot.nodes(Team))

    first = graph_of("Team a")
    assert (first.derived(teams), first.derived(teams)) == (1, 1)
    made = Team(key="b")
    second = first.apply([NodeChange(made.ref, None, made)], revision=7)
    assert (second.derived(teams), second.derived(teams), first.derived(teams)) == (2, 2, 1)
    assert computed == [0, 7]


def test_revision_and_time_move_when_they_are_given_and_stay_otherwise() -> None:
    first = Snapshot.build([], [], revision=3, at=NOON)
    assert (first.apply([]).revision, first.apply([]).at) == (3, NOON)
    later = NOON.replace(hour=13)
    moved = first.apply([], revision=4, at=later)
    assert (moved.revision, moved.at) == (4, later)


def test_stamping_marks_what_is_made_and_altered_and_keeps_the_first_time() -> None:
    first, later = NOON, NOON.replace(hour=13)
    made = Team(key="a")
    (created,) = stamped([NodeChange(made.ref, None, made)], 1, first)
    assert isinstance(created, NodeChange)
    stands = created.after
    assert stands is not None
    assert (stands.created_at, stands.updated_at, stands.revision) == (first, first, 1)
    renamed = Team(key="a", name="A")
    (altered,) = stamped([NodeChange(made.ref, stands, renamed)], 2, later)
    assert isinstance(altered, NodeChange)
    assert altered.after is not None
    assert (altered.after.created_at, altered.after.updated_at) == (first, later)
    assert (altered.after.revision, altered.before) == (2, stands)


def test_stamping_marks_a_relationship_and_leaves_what_is_removed_as_it_was() -> None:
    link = PartOf(source=Ref("Team", "a"), target=Ref("ValueStream", "v"))
    made = Team(key="a", revision=5)
    linked, unlinked, removed = stamped(
        [
            RelationChange(link.ref, None, link),
            RelationChange(link.ref, link, None),
            NodeChange(made.ref, made, None),
        ],
        9,
        NOON,
    )
    assert linked.after is not None
    assert linked.after.revision == 9
    assert unlinked == RelationChange(link.ref, link, None)
    assert removed == NodeChange(made.ref, made, None)


@given(steps)
def test_nodes_stay_in_order_however_they_come_and_go(drawn: list[Step]) -> None:
    moved = Snapshot.build([Team(key=f"b{n}") for n in range(5)], ())
    for step in drawn:
        moved = moved.apply([change_of(moved, step)])
        if len(moved.keys("Team")) % 2:  # sometimes several changes come before anyone asks
            found = moved.ordered(Team)
            assert [team.key for team in found] == sorted(moved.nodes(Team))
            assert all(team is moved.node(Team, team.key) for team in found)
    assert [item.key for item in moved.ordered(WorkItem)] == sorted(moved.nodes(WorkItem))


class Counted:
    """A derived value that counts the teams, and notes how it came about."""

    def __init__(self) -> None:
        self.built = self.moved = 0

    def build(self, snapshot: Snapshot) -> int:
        self.built += 1
        return len(snapshot.nodes(Team))

    def advance(self, value: int, after: Snapshot, changes: Sequence[Change]) -> int | None:
        self.moved += 1
        added = sum((c.after is not None) - (c.before is not None) for c in changes)
        return value + added


def made(number: int) -> NodeChange:
    team = Team(key=f"t{number}")
    return NodeChange(team.ref, None, team)


def test_a_derived_value_is_moved_forward_by_the_changes_since_it_was_asked_for() -> None:
    rule = Counted()
    first = Snapshot.empty().apply([made(0)])
    assert not first.is_near(rule)
    assert first.evolved(rule) == 1
    later = first.apply([made(1)]).apply([made(2), made(3)])
    assert later.is_near(rule)
    assert (later.evolved(rule), first.evolved(rule)) == (4, 1)
    assert (rule.built, rule.moved) == (1, 1)
    seen = later.seen(NOON)
    assert (seen.evolved(rule), seen.seen_at, later.seen_at) == (4, NOON, None)
    assert (rule.built, rule.moved) == (1, 1)


def test_a_derived_value_that_is_far_behind_is_not_near_and_in_the_end_made_anew() -> None:
    rule = Counted()
    first = Snapshot.empty()
    assert first.evolved(rule) == 0
    far = first.apply([made(number) for number in range(NEAR + 1)])
    assert not far.is_near(rule)
    assert far.evolved(rule) == NEAR + 1
    assert (rule.built, rule.moved) == (1, 1)
    farther = far.apply([made(number) for number in range(NEAR + 1, NEAR + MOST_CARRIED + 2)])
    assert farther.evolved(rule) == NEAR + MOST_CARRIED + 2
    assert (rule.built, rule.moved) == (2, 1)
