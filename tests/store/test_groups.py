"""Writes that come together are kept together: each with its revision, all or none."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.commands import CreateNode, DeleteNode, Import, Link, UpdateNode
from graph.commands.planning import Command, Plan
from graph.errors import HeadwaterError, NotFound, Refused, StoreUnreachable
from graph.model.catalog import ENTITIES
from graph.model.records import NodeRecord
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.store.connection import Connection
from graph.store.memory import MemoryStore
from graph.store.protocol import Store, Ticketed, Write, committed
from graph.store.together import STATEMENTS
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from graph.writing import Outcome
from tests.cleaning import emptied, noted
from tests.store.cutting import Cut, wired
from tests.telling import same_graph
from tests.test_workspace import commands
from tests.waiting import eventually


@pytest.fixture(params=["memory", "engine"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    connection: Connection = request.getfixturevalue("connection")
    with closing(DriverStore.connect(connection)) as opened:
        yield opened
        noted()


class Holding:
    """A command that does nothing, once it may."""

    name = "hold"

    def __init__(self, may_go: Event) -> None:
        self.going, self.may_go = Event(), may_go

    def plan(self, snapshot: Snapshot) -> Plan:
        del snapshot
        self.going.set()
        assert self.may_go.wait(60)
        return Plan(())


Given = tuple[Command, str | None]


def together(
    workspace: Workspace, given_: Sequence[Given], then: Callable[[], None] = lambda: None
) -> list[Outcome | HeadwaterError]:
    """Have commands, each with its key, come while another write is on its way; give what came of them."""
    may_go = Event()
    first = Holding(may_go)
    found: dict[int, Outcome | HeadwaterError] = {}

    def write(number: int, command: Command, key: str | None) -> None:
        try:
            found[number] = workspace.execute(command, actor="ann", idempotency_key=key)
        except HeadwaterError as error:
            found[number] = error

    threads = [Thread(target=write, args=(-1, first, None))]
    threads += [Thread(target=write, args=(at, *each)) for at, each in enumerate(given_)]
    for count, thread in enumerate(threads):
        thread.start()
        assert first.going.wait(60)
        eventually(lambda count=count: workspace.writes_waiting == count)  # type: ignore[misc]
    then()
    may_go.set()
    for thread in threads:
        thread.join()
    return [found[at] for at in range(len(given_))]


def creating(*keys: str) -> list[Given]:
    return [(CreateNode("Team", key), None) for key in keys]


def revisions(found: Sequence[Outcome | HeadwaterError]) -> list[int]:
    assert all(isinstance(each, Outcome) for each in found), found
    return [each.revision for each in found if isinstance(each, Outcome)]


def test_each_has_its_own_revision_and_entry_in_the_log(store: Store) -> None:
    workspace = Workspace(store)
    found = together(
        workspace, [*creating("a", "b"), (UpdateNode(Ref("Team", "a"), {"name": "A"}), None)]
    )
    assert revisions(found) == [1, 2, 3]
    log = workspace.changes(0)
    assert [commit.revision for commit in log] == [1, 2, 3]
    assert [commit.command for commit in log] == ["create", "create", "update"]
    assert [len(commit.changes) for commit in log] == [1, 1, 1]
    assert [commit.at for commit in log] == sorted(commit.at for commit in log)
    assert same_graph(workspace.snapshot(), store.load())


def test_they_take_two_exchanges_with_the_database_together(connection: Connection) -> None:
    with (
        wired(connection, lambda _: None) as (address, wire),
        closing(Workspace.connect(address)) as workspace,
    ):
        workspace.execute(CreateNode("Team", "first"), actor="ann")
        before = wire.sent
        together(workspace, [])  # the write that they wait for, which looks where the ledger stands
        looked = wire.sent - before
        found = together(workspace, creating(*"abcdef"))
        assert revisions(found) == [2, 3, 4, 5, 6, 7]
        assert wire.sent - before == looked + looked + 2


def test_what_is_refused_stands_in_nobody_s_way(store: Store) -> None:
    workspace = Workspace(store)
    found = together(workspace, creating("a", "a", "b"))
    assert [type(each) for each in found] == [Outcome, Refused, Outcome]
    assert sorted(workspace.snapshot().keys("Team")) == ["a", "b"]
    assert same_graph(workspace.snapshot(), store.load())


def test_each_is_planned_on_what_those_before_it_lead_to(store: Store) -> None:
    workspace = Workspace(store)
    a, b = Ref("Team", "a"), Ref("Team", "b")
    link: list[Given] = [(Link("DEPENDS_ON", a, b), None), (DeleteNode(b, detach=True), None)]
    found = together(workspace, [*creating("a", "b"), *link, *creating("b")])
    assert revisions(found) == [1, 2, 3, 4, 5]
    assert store.load().count() == (2, 0)
    assert same_graph(workspace.snapshot(), store.load())


def test_the_same_key_twice_is_written_once(store: Store) -> None:
    workspace = Workspace(store)
    twice: list[Given] = [(CreateNode("Team", "a"), "once")] * 2
    found = together(workspace, [*twice, *creating("b")])
    repeated = sorted(each.repeated for each in found if isinstance(each, Outcome))
    assert repeated == [False, False, True]
    assert len(workspace.changes(0)) == 2
    again = together(workspace, [*twice, *creating("c")])
    assert [each.repeated for each in again if isinstance(each, Outcome)] == [True, True, False]
    assert len(workspace.changes(0)) == 3


def test_what_another_process_wrote_meanwhile_is_planned_on(store: Store) -> None:
    one, other = Workspace(store), Workspace(store)

    def then() -> None:
        other.execute(CreateNode("Team", "b", {"name": "theirs"}), actor="ben")

    found = together(one, creating("a", "b", "c"), then)
    assert [type(each) for each in found] == [Outcome, Refused, Outcome]
    assert [commit.actor for commit in store.commits(0)] == ["ben", "ann", "ann"]
    assert same_graph(one.snapshot(), store.load())


def test_a_large_write_among_them_goes_by_itself(store: Store) -> None:
    workspace = Workspace(store)
    many = Import([NodeRecord("Team", f"m{number:03}") for number in range(450)])
    found = together(workspace, [*creating("a"), (many, None), *creating("b")])
    assert sorted(revisions(found)) == [1, 2, 3]
    assert len(workspace.snapshot().keys("Team")) == 452
    assert same_graph(workspace.snapshot(), store.load())


def test_what_takes_more_statements_than_one_holds_is_kept_as_one_all_the_same(
    store: Store,
) -> None:
    workspace = Workspace(store)
    kinds = [kind.label for kind in ENTITIES]
    assert len(kinds) > STATEMENTS
    found = together(workspace, [(CreateNode(kind, "a"), None) for kind in kinds])
    assert revisions(found) == list(range(1, len(kinds) + 1))
    assert same_graph(workspace.snapshot(), store.load())


def test_a_fault_in_the_plan_of_one_is_his_alone(store: Store) -> None:
    class Faulty:
        name = "faulty"

        def plan(self, snapshot: Snapshot) -> Plan:
            del snapshot
            raise HeadwaterError("broken", "mend it")

    workspace = Workspace(store)
    found = together(workspace, [*creating("a"), (Faulty(), None), *creating("b")])
    assert [type(each) for each in found] == [Outcome, HeadwaterError, Outcome]
    assert same_graph(workspace.snapshot(), store.load())


def planned(drawn: Sequence[Command]) -> tuple[list[Ticketed], Snapshot]:
    """Give the commits that commands come to, one after the other, and the graph they lead to."""
    tip, made = Snapshot.empty(), []
    for number, command in enumerate(drawn):
        try:
            changes = command.plan(tip).changes
        except (Refused, NotFound):
            continue
        if changes:
            commit = committed(Write(tip.revision, changes, "ann", command.name), tip.at)
            tip = tip.apply(commit.changes, revision=commit.revision, at=commit.at)
            made.append(Ticketed(commit, f"t{number}"))
    return made, tip


@given(drawn=st.lists(commands, min_size=4, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_what_is_kept_together_is_what_it_comes_to_one_by_one(
    connection: Connection, drawn: list[Command]
) -> None:
    made, tip = planned(drawn)
    if not made:
        return
    emptied(connection)
    with closing(DriverStore.connect(connection)) as store:
        assert store.append_all(0, store.load().history, made)
        assert same_graph(store.load(), tip)
        assert list(store.commits(0)) == [commit for commit, _ in made]


def test_where_the_ledger_stands_elsewhere_or_knows_a_key_nothing_is_kept(store: Store) -> None:
    Workspace(store).execute(CreateNode("Team", "there"), actor="ann", idempotency_key="k")
    stands = store.load()

    def kept(base: int, history: str, key: str | None = None) -> bool:
        made: list[Ticketed] = []
        for name in ("a", "b"):
            write = Write(
                base + len(made), CreateNode("Team", name).plan(stands).changes, "ann", "c", key
            )
            made.append(Ticketed(committed(write, stands.at), name))
            key = None
        return store.append_all(base, history, made)

    assert not kept(0, stands.history)
    assert not kept(2, stands.history)
    assert not kept(1, stands.history + "another")
    assert not kept(1, stands.history, "k")
    assert same_graph(store.load(), stands)
    assert len(store.commits(0)) == 1
    assert kept(1, stands.history, "new")
    assert len(store.commits(0)) == 3


@pytest.mark.parametrize("cut", Cut)
def test_where_the_word_of_their_commit_is_lost_each_is_written_once(
    connection: Connection, cut: Cut
) -> None:
    cuts = [0]
    lost: Callable[[int], Cut | None] = lambda number: cut if number == cuts[0] else None  # noqa: E731
    with (
        wired(connection, lost) as (address, wire),
        closing(Workspace.connect(address)) as workspace,
    ):
        found = together(
            workspace, creating("a", "b", "c"), lambda: cuts.__setitem__(0, wire.commits + 1)
        )
        while wire.commits < cuts[0]:
            pass
        assert revisions(found) == [1, 2, 3]
    with closing(DriverStore.connect(connection)) as store:
        assert sorted(store.load().keys("Team")) == ["a", "b", "c"]
        assert [commit.revision for commit in store.commits(0)] == [1, 2, 3]


class Away(MemoryStore):
    """A store that is away when writes come together."""

    def append_all(self, base: int, history: str, commits: Sequence[Ticketed]) -> bool:
        del base, history, commits
        raise StoreUnreachable("gone")


def test_where_the_database_is_gone_all_of_them_are_told() -> None:
    store = Away()
    workspace = Workspace(store)
    found = together(workspace, creating("a", "b", "c"))
    assert [type(each) for each in found] == [StoreUnreachable] * 3
    assert store.load().count() == (0, 0)
    assert workspace.execute(CreateNode("Team", "d"), actor="ann").revision == 1
