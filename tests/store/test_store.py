"""What every store does, in memory and on the engine alike."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.commands import CreateNode, DeleteNode, Import, Link, Unlink, UpdateNode, UpdateRelation
from graph.errors import Refused
from graph.model.catalog import ENTITIES, RELATIONS, EntityKind
from graph.model.changes import NodeChange
from graph.model.entities import Entity, Team
from graph.model.records import NodeRecord, RelationRecord
from graph.model.relations import RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.store.connection import Connection
from graph.store.memory import MemoryStore
from graph.store.protocol import Known, Moved, Store, Write
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from tests.cleaning import emptied
from tests.strategies import keys, kinds, raw_properties
from tests.telling import same_graph


@pytest.fixture(params=["memory", "engine"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    connection: Connection = request.getfixturevalue("connection")
    opened = DriverStore.connect(connection)
    yield opened
    opened.close()


def team(key: str, name: str | None = None) -> NodeChange:
    return NodeChange(Ref("Team", key), None, Team(key=key, name=name))


def test_an_empty_store_stands_at_revision_zero_with_nothing_in_it(store: Store) -> None:
    snapshot = store.load()
    assert (snapshot.revision, snapshot.count()) == (0, (0, 0))
    assert store.commits(0) == []


def test_a_write_advances_the_ledger_by_one_and_stamps_what_it_made(store: Store) -> None:
    commit = store.append(Write(0, (team("a"),), "ann", "create"))
    made = store.load().node(Team, "a")
    assert made is not None
    assert (commit.revision, store.revision(), made.revision) == (1, 1, 1)
    assert made.created_at == made.updated_at == commit.at


def test_a_write_planned_on_an_older_revision_is_told_where_the_ledger_stands(
    store: Store,
) -> None:
    store.append(Write(0, (team("a"),), "ann", "create"))
    with pytest.raises(Moved) as moved:
        store.append(Write(0, (team("b"),), "bob", "create"))
    assert moved.value.revision == 1
    assert set(store.load().nodes(Team)) == {"a"}


def test_the_same_idempotency_key_twice_is_told_the_first_commit_and_writes_once(
    store: Store,
) -> None:
    first = store.append(Write(0, (team("a"),), "ann", "create", "key-1"))
    with pytest.raises(Known) as known:
        store.append(Write(1, (team("b"),), "ann", "create", "key-1"))
    assert known.value.commit == first
    assert store.find("key-1") == first
    assert store.find("key-2") is None
    assert set(store.load().nodes(Team)) == {"a"}


def test_the_log_gives_actor_command_and_both_states_of_each_change(store: Store) -> None:
    workspace = Workspace(store)
    workspace.execute(CreateNode("Team", "a", {"name": "One"}), actor="ann")
    workspace.execute(UpdateNode(Ref("Team", "a"), {"name": "Two"}), actor="bob")
    first, second = store.commits(0)
    assert (first.actor, first.command, second.actor, second.command) == (
        "ann",
        "create",
        "bob",
        "update",
    )
    change = second.changes[0]
    assert isinstance(change, NodeChange)
    assert (change.before, change.after) == (first.changes[0].after, store.load().node(Team, "a"))
    assert store.commits(1) == [second]
    assert store.commits(0, limit=1) == [first]


def test_every_kind_of_node_and_relationship_is_written_loaded_and_removed(store: Store) -> None:
    workspace = Workspace(store)
    nodes = [NodeRecord(kind.label, f"{kind.label}-{n}") for kind in ENTITIES for n in (1, 2)]
    # One pair of kinds after the other, unlinked in between: some may hold only one at a time.
    workspace.execute(Import(nodes), actor="ann")
    for kind in RELATIONS:
        for source, target in kind.ends:
            link = Link(kind.type, Ref(source, f"{source}-1"), Ref(target, f"{target}-2"))
            made = workspace.execute(link, actor="ann").changes[0]
            loaded = store.load()
            assert same_graph(loaded, workspace.snapshot())
            assert loaded.relations(kind.cls)
            assert isinstance(made.ref, RelationRef)
            workspace.execute(Unlink(made.ref), actor="ann")
    assert store.load().count() == (len(nodes), 0)
    for record in nodes:
        workspace.execute(DeleteNode(Ref(record.kind, str(record.key))), actor="ann")
    assert store.load().count() == (0, 0)


def test_parallel_dependencies_between_two_items_are_kept_apart(store: Store) -> None:
    workspace = Workspace(store)
    workspace.execute(Import([NodeRecord("WorkItem", "a"), NodeRecord("WorkItem", "b")]), actor="x")
    a, b = Ref("WorkItem", "a"), Ref("WorkItem", "b")
    workspace.execute(Link("DEPENDS_ON", a, b, {"link": "SS", "lag_days": 2}), actor="x")
    workspace.execute(Link("DEPENDS_ON", a, b, {"link": "FF"}), actor="x")
    third = workspace.execute(Link("DEPENDS_ON", a, b, {"link": "FF", "lag_days": 1}), actor="x")
    assert third.changes[0].ref.key == "WorkItem/a->WorkItem/b:FF#2"
    workspace.execute(UpdateRelation(third.changes[0].ref, {"status": "agreed"}), actor="x")  # type: ignore[arg-type]
    assert same_graph(store.load(), workspace.snapshot())
    assert store.load().count() == (2, 3)


def test_an_import_can_give_a_keyed_dependency_another_end(store: Store) -> None:
    workspace = Workspace(store)
    nodes = [NodeRecord("Team", key) for key in "abc"]
    first = RelationRecord("DEPENDS_ON", "Team/a", "Team/b", {"key": "d"})
    workspace.execute(Import([*nodes, first]), actor="x")
    moved = RelationRecord("DEPENDS_ON", "Team/a", "Team/c", {"key": "d"})
    workspace.execute(Import([moved]), actor="x")
    loaded = store.load()
    assert same_graph(loaded, workspace.snapshot())
    assert [str(r.target) for r in loaded.touching(Ref("Team", "a"))] == ["Team/c"]


def test_writers_in_many_threads_and_workspaces_lose_nothing(store: Store) -> None:
    def work(name: int) -> None:
        workspace = Workspace(store)
        for number in range(5):
            workspace.execute(CreateNode("Team", f"{name}-{number}"), actor=str(name))
            workspace.execute(UpdateNode(Ref("Team", "all"), {"name": f"{name}"}), actor="x")

    Workspace(store).execute(CreateNode("Team", "all"), actor="x")
    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loaded = store.load()
    assert len(loaded.nodes(Team)) == 21
    assert [commit.revision for commit in store.commits(0)] == list(range(1, loaded.revision + 1))
    assert same_graph(loaded, replayed(store))


def test_two_writers_cannot_close_a_loop_together(store: Store) -> None:
    first, second = Workspace(store), None
    first.execute(Import([NodeRecord("WorkItem", "a"), NodeRecord("WorkItem", "b")]), actor="x")
    second = Workspace(store)
    a, b = Ref("WorkItem", "a"), Ref("WorkItem", "b")
    first.execute(Link("DEPENDS_ON", a, b), actor="one")
    with pytest.raises(Refused) as refused:
        second.execute(Link("DEPENDS_ON", b, a), actor="two")
    assert "WorkItem/b -> WorkItem/a -> WorkItem/b" in refused.value.violations[0].message
    assert [each.actor for each in second.refused(2)] == ["two"]
    assert store.load().count() == (2, 1)


def replayed(store: Store) -> Snapshot:
    snapshot = Snapshot.empty()
    for commit in store.commits(0):
        snapshot = snapshot.apply(commit.changes, revision=commit.revision, at=commit.at)
    return snapshot


Written = tuple[EntityKind[Entity], str, dict[str, Json]]
written: st.SearchStrategy[Written] = kinds.flatmap(
    lambda kind: st.tuples(st.just(kind), keys, raw_properties(kind))
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(written, min_size=1, max_size=8), st.data())
def test_any_history_is_loaded_as_it_was_written_and_seen_as_it_was_then(
    engine: Connection, history: list[Written], data: st.DataObject
) -> None:
    emptied(engine)
    with closing(DriverStore.connect(engine)) as store:
        _check_history(store, history, data)


def _check_history(store: Store, history: list[Written], data: st.DataObject) -> None:
    workspace = Workspace(store)
    seen = [workspace.snapshot()]
    for kind, key, properties in history:
        ref = Ref(kind.label, key)
        if workspace.snapshot().get(ref) is None:
            command: CreateNode | UpdateNode | DeleteNode = CreateNode(kind.label, key, properties)
        elif data.draw(st.booleans()):
            command = UpdateNode(ref, properties)
        else:
            command = DeleteNode(ref)
        if workspace.execute(command, actor="x").changes:
            seen.append(workspace.snapshot())
    assert same_graph(store.load(), workspace.snapshot())
    assert same_graph(replayed(store), workspace.snapshot())
    for past in seen:
        assert same_graph(workspace.as_of(past.revision), past)
