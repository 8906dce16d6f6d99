"""The workspace: one way to write, whoever else writes, and every past to look at."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.commands import CreateNode, DeleteNode, Import, Link, Unlink, UpdateNode
from graph.commands.planning import Command, Plan
from graph.committing import TRIES
from graph.errors import (
    Conflict,
    Contended,
    NotFound,
    Refused,
    RevisionUnknown,
    StoreUnreachable,
)
from graph.model.changes import Commit, NodeChange
from graph.model.entities import Team
from graph.model.records import NodeRecord
from graph.model.relations import RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.store.memory import MemoryStore
from graph.store.protocol import RELOAD_BEYOND, Moved, Replan, Write
from graph.workspace import LOG_PAGE, Workspace
from tests.telling import same_graph
from tests.waiting import eventually

A = Ref("Team", "a")


def two() -> tuple[Workspace, Workspace, MemoryStore]:
    """Give two workspaces on one store, as two processes have them."""
    store = MemoryStore()
    return Workspace(store), Workspace(store), store


class CountingCommand:
    """A command that notes the revisions it was planned on."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.bases: list[int] = []

    @property
    def name(self) -> str:
        return self.command.name

    def plan(self, snapshot: Snapshot) -> Plan:
        self.bases.append(snapshot.revision)
        return self.command.plan(snapshot)


def test_a_write_moves_the_snapshot_and_tells_revision_and_changes() -> None:
    workspace = Workspace.in_memory()
    old = workspace.snapshot()
    outcome = workspace.execute(CreateNode("Team", "a", {"name": "A"}), actor="ann")
    assert (outcome.revision, outcome.repeated, outcome.problems) == (1, False, ())
    made = workspace.snapshot().node(Team, "a")
    assert made is not None
    assert outcome.changes == (NodeChange(A, None, made),)
    assert (workspace.snapshot().revision, made.revision) == (1, 1)
    assert workspace.snapshot().at == made.created_at
    assert (old.revision, old.count()) == (0, (0, 0))


def test_a_command_with_nothing_to_do_writes_nothing() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    outcome = workspace.execute(UpdateNode(A, {"name": None}), actor="ann")
    assert (outcome.revision, outcome.changes) == (1, ())
    assert len(workspace.changes(0)) == 1


def test_a_partial_import_writes_what_is_good_and_tells_the_rest() -> None:
    workspace = Workspace.in_memory()
    records = [NodeRecord("Team", "a"), NodeRecord("Team", "")]
    outcome = workspace.execute(Import(records, partial=True), actor="ann")
    assert (outcome.revision, len(outcome.changes), len(outcome.problems)) == (1, 1, 1)
    again = workspace.execute(Import(records, partial=True), actor="ann")
    assert (again.revision, again.changes, len(again.problems)) == (1, (), 1)


def test_what_is_refused_writes_nothing() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    before = workspace.snapshot()
    with pytest.raises(Refused):
        workspace.execute(CreateNode("Team", "a"), actor="ann")
    with pytest.raises(NotFound):
        workspace.execute(DeleteNode(Ref("Team", "b")), actor="ann")
    with pytest.raises(Conflict):
        workspace.execute(UpdateNode(A, {"name": "A"}, expected_revision=9), actor="ann")
    assert workspace.snapshot() is before
    assert len(workspace.changes(0)) == 1


def test_a_command_is_planned_again_when_another_process_wrote_first() -> None:
    one, other, store = two()
    one.execute(CreateNode("Team", "a"), actor="one")
    command = CountingCommand(CreateNode("Team", "b"))
    outcome = other.execute(command, actor="other")
    assert command.bases == [0, 1]
    assert outcome.revision == 2
    assert same_graph(other.snapshot(), store.load())
    assert set(other.snapshot().nodes(Team)) == {"a", "b"}


def test_what_is_refused_on_an_old_snapshot_is_planned_again_on_a_new_one() -> None:
    one, other, _ = two()
    one.execute(CreateNode("Team", "a"), actor="one")
    assert other.execute(UpdateNode(A, {"name": "A"}), actor="other").revision == 2
    one.execute(DeleteNode(A), actor="one")
    assert other.execute(CreateNode("Team", "a"), actor="other").revision == 4
    stands = one.refresh().node(Team, "a")
    assert stands is not None
    again = UpdateNode(A, {"name": "B"}, expected_revision=stands.revision)
    assert one.execute(again, actor="one").revision == 5


def test_what_is_refused_on_the_newest_snapshot_stays_refused() -> None:
    one, other, _ = two()
    one.execute(CreateNode("Team", "a"), actor="one")
    command = CountingCommand(CreateNode("Team", "a"))
    with pytest.raises(Refused):
        other.execute(command, actor="other")
    assert command.bases == [0, 1]


def test_an_expected_revision_that_another_process_passed_is_a_conflict() -> None:
    one, other, _ = two()
    one.execute(CreateNode("Team", "a"), actor="one")
    other.refresh()
    one.execute(UpdateNode(A, {"name": "A"}), actor="one")
    with pytest.raises(Conflict) as caught:
        other.execute(UpdateNode(A, {"name": "B"}, expected_revision=1), actor="other")
    assert caught.value.current_revision == 2


def test_rules_on_the_whole_graph_hold_against_another_process() -> None:
    one, other, _ = two()
    one.execute(Import([NodeRecord("Objective", key) for key in "ab"]), actor="one")
    other.refresh()
    a, b = Ref("Objective", "a"), Ref("Objective", "b")
    one.execute(Link("CONTRIBUTES_TO", a, b), actor="one")
    with pytest.raises(Refused) as caught:
        other.execute(Link("CONTRIBUTES_TO", b, a), actor="other")
    assert "would close a contribution loop" in caught.value.message


def test_the_same_idempotency_key_gives_the_first_outcome_and_writes_once() -> None:
    one, other, store = two()
    first = one.execute(CreateNode("Team", "a"), actor="ann", idempotency_key="k")
    for workspace in (one, other):
        again = workspace.execute(CreateNode("Team", "a"), actor="ann", idempotency_key="k")
        assert again.repeated
        assert (again.revision, again.changes) == (first.revision, first.changes)
    assert not first.repeated
    assert store.revision() == 1
    assert one.execute(CreateNode("Team", "b"), actor="ann", idempotency_key="l").revision == 2


class Overtaken(MemoryStore):
    """A store that another process writes to between any look and any write."""

    tries = 0

    def append(self, write: Write, replan: Replan | None = None) -> Commit:
        self.tries += 1
        team = Team(key=f"{self.tries}")
        change = NodeChange(team.ref, None, team)
        super().append(Write(self.revision(), (change,), "another", "create"))
        return super().append(write, replan)


def test_a_write_that_always_comes_second_is_planned_on_what_came_first_and_made() -> None:
    store = Overtaken()
    workspace = Workspace(store)
    command = CountingCommand(CreateNode("Team", "mine"))
    assert workspace.execute(command, actor="ann").revision == 2
    assert (store.tries, command.bases) == (1, [0, 1])
    assert same_graph(workspace.snapshot(), store.load())


def test_what_another_process_did_meanwhile_is_not_written_again() -> None:
    store = Overtaken()
    workspace = Workspace(store)
    outcome = workspace.execute(Import([NodeRecord("Team", "1")]), actor="ann")
    assert (outcome.revision, outcome.changes) == (1, ())
    assert [commit.actor for commit in store.commits(0)] == ["another"]
    assert same_graph(workspace.snapshot(), store.load())


def test_what_there_seems_to_be_nothing_to_do_for_is_looked_at_on_the_newest_snapshot() -> None:
    one, other, store = two()
    one.execute(CreateNode("Team", "a", {"name": "A"}), actor="one")
    other.refresh()
    one.execute(UpdateNode(A, {"name": "B"}), actor="one")
    assert other.execute(UpdateNode(A, {"name": "A"}), actor="other").revision == 3
    stands = store.load().node(Team, "a")
    assert stands is not None
    assert stands.name == "A"


class PutBack(MemoryStore):
    """A store that does not stand where it was said to, however often it is asked."""

    tries = 0

    def append(self, write: Write, replan: Replan | None = None) -> Commit:
        del replan
        self.tries += 1
        raise Moved(write.base_revision - 1)


def test_a_write_that_finds_no_footing_gives_up_after_a_bound_and_writes_nothing() -> None:
    store = PutBack()
    with pytest.raises(Contended) as caught:
        Workspace(store).execute(CreateNode("Team", "mine"), actor="ann")
    assert caught.value.message == f"other writers came first {TRIES} times"
    assert caught.value.hint == "nothing was written; try again"
    assert store.tries == TRIES
    assert store.load().count() == (0, 0)


class AnsweredBefore(MemoryStore):
    """A store where the same caller, through another process, is a moment ahead."""

    def append(self, write: Write, replan: Replan | None = None) -> Commit:
        if write.idempotency_key and self.find(write.idempotency_key) is None:
            team = Team(key="between")
            change = NodeChange(team.ref, None, team)
            super().append(Write(self.revision(), (change,), "another", "create"))
            super().append(Write(self.revision(), write.changes, "ann", "create", "k"))
        return super().append(write, replan)


def test_a_key_that_becomes_known_while_the_write_is_on_its_way_gives_the_first_outcome() -> None:
    store = AnsweredBefore()
    workspace = Workspace(store)
    outcome = workspace.execute(CreateNode("Team", "a"), actor="ann", idempotency_key="k")
    assert (outcome.revision, outcome.repeated) == (2, True)
    assert outcome.changes == store.commits(1)[0].changes
    assert same_graph(workspace.at_least(2), store.load())


def test_writers_in_many_threads_on_one_workspace_lose_nothing() -> None:
    workspace = Workspace.in_memory()

    def write(name: int) -> None:
        for number in range(20):
            workspace.execute(CreateNode("Team", f"{name}-{number}"), actor=str(name))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(workspace.snapshot().nodes(Team)) == workspace.snapshot().revision == 100


def test_a_revision_that_is_there_is_given_at_once_and_one_of_another_process_is_fetched() -> None:
    one, other, _ = two()
    assert one.at_least(0) is one.snapshot()
    other.execute(CreateNode("Team", "a"), actor="other")
    assert one.snapshot().revision == 0
    assert one.at_least(1).revision == 1


def test_a_revision_that_is_on_its_way_is_waited_for() -> None:
    workspace = Workspace.in_memory()
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(workspace.at_least(2, 20).revision))
    waiting.start()
    for key in "ab":
        workspace.execute(CreateNode("Team", key), actor="ann")
    waiting.join()
    assert found == [2]


def test_a_revision_that_does_not_come_is_unknown() -> None:
    workspace = Workspace.in_memory()
    with pytest.raises(RevisionUnknown) as caught:
        workspace.at_least(1, timeout_s=0)
    assert caught.value.message == "revision 1 is not there; the graph stands at 0"


def test_waiting_past_a_revision_tells_whether_one_came() -> None:
    workspace = Workspace.in_memory()
    assert not workspace.wait_past(0, timeout_s=0)
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    assert workspace.wait_past(0, timeout_s=0)


keys = st.sampled_from("abc")
teams = st.builds(lambda key: Ref("Team", key), keys)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(lambda key, name: CreateNode("Team", key, {"name": name}), keys, keys),
    st.builds(lambda ref, name: UpdateNode(ref, {"name": name}), teams, keys),
    st.builds(DeleteNode, teams, st.booleans()),
    st.builds(lambda one, other: Link("DEPENDS_ON", one, other), teams, teams),
    st.builds(
        lambda one, other: Unlink(RelationRef("DEPENDS_ON", f"{one}->{other}:FS")), teams, teams
    ),
)


def history_of(workspaces: Sequence[Workspace], drawn: Sequence[Command]) -> list[Snapshot]:
    """Carry commands out by turns; give the graph as it stood at each revision."""
    seen = [workspaces[0].snapshot()]
    for number, command in enumerate(drawn):
        workspace = workspaces[number % len(workspaces)]
        try:
            changed = workspace.execute(command, actor="x").changes
        except (Refused, NotFound):
            continue
        if changed:
            seen.append(workspace.snapshot())
    return seen


@given(st.lists(commands, max_size=20))
def test_the_graph_of_any_revision_or_instant_is_given_as_it_stood_then(
    drawn: list[Command],
) -> None:
    workspace = Workspace.in_memory()
    seen = history_of([workspace], drawn)
    assert [past.revision for past in seen] == list(range(len(seen)))
    for past in seen:
        found = workspace.as_of(past.revision)
        assert same_graph(found, past)
        assert found.at == past.at
    instants = {past.at: past for past in seen if past.at is not None}
    for instant, last in instants.items():
        found = workspace.as_of(instant)
        assert same_graph(found, last)
        assert found.at == instant


@given(st.lists(commands, max_size=20))
def test_two_processes_that_write_by_turns_see_the_same_graph(drawn: list[Command]) -> None:
    one, other, store = two()
    history_of([one, other], drawn)
    assert same_graph(one.refresh(), other.refresh())
    assert same_graph(one.snapshot(), store.load())


def test_the_graph_before_the_first_write_is_empty_and_after_the_last_as_it_stands() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    now = workspace.snapshot()
    assert now.at is not None
    before = workspace.as_of(now.at - timedelta(seconds=1))
    assert (before.revision, before.at, before.count()) == (0, None, (0, 0))
    assert same_graph(workspace.as_of(datetime.max.replace(tzinfo=UTC)), now)


@pytest.mark.parametrize("revision", [-1, 2])
def test_a_revision_that_is_not_there_cannot_be_looked_at(revision: int) -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    with pytest.raises(RevisionUnknown) as caught:
        workspace.as_of(revision)
    assert caught.value.message == f"there is no revision {revision}; the graph stands at 1"
    assert caught.value.hint == "give 0 to 1"


def test_the_log_gives_every_write_in_order_and_pages_of_it() -> None:
    workspace = Workspace.in_memory()
    for key in "abc":
        workspace.execute(CreateNode("Team", key), actor=f"actor {key}")
    log = workspace.changes(0)
    assert [(c.revision, c.actor, c.command) for c in log] == [
        (1, "actor a", "create"),
        (2, "actor b", "create"),
        (3, "actor c", "create"),
    ]
    assert [c.at for c in log] == sorted(c.at for c in log)
    assert [c.revision for c in workspace.changes(1, limit=1)] == [2]
    assert list(workspace.changes(3)) == []


def test_a_follower_picks_up_what_other_processes_write() -> None:
    one, other, _ = two()
    with one.following(0.001):
        for key in "abc":
            other.execute(CreateNode("Team", key), actor="other")
        assert one.wait_past(2, timeout_s=20)
        assert same_graph(one.snapshot(), other.snapshot())
    assert one.contact.trouble is None


def test_a_follower_ends_with_its_context_and_may_be_started_again() -> None:
    one, other, _ = two()
    for revision in (1, 2):
        with one.following(0.001):
            other.execute(CreateNode("Team", str(revision)), actor="other")
            assert one.wait_past(revision - 1, timeout_s=20)
        assert "follower" not in {thread.name for thread in threading.enumerate()}
    other.execute(CreateNode("Team", "3"), actor="other")
    assert one.snapshot().revision == 2


class Unsteady(MemoryStore):
    """A store whose database can be away."""

    away = False

    def revision(self) -> int:
        if self.away:
            raise StoreUnreachable("no database answers at bolt://nowhere")
        return super().revision()


def test_a_follower_outlives_a_database_that_is_away_and_says_so_meanwhile() -> None:
    store = Unsteady()
    workspace = Workspace(store)
    team = Team(key="a")
    with workspace.following(0.001):
        store.away = True
        eventually(lambda: workspace.contact.trouble is not None)
        assert isinstance(workspace.contact.trouble, StoreUnreachable)
        store.away = False
        store.append(Write(0, (NodeChange(team.ref, None, team),), "another", "create"))
        assert workspace.wait_past(0, timeout_s=20)
        eventually(lambda: workspace.contact.trouble is None)


def test_a_snapshot_far_behind_is_loaded_anew() -> None:
    one, other, store = two()
    for number in range(RELOAD_BEYOND + 1):
        other.execute(CreateNode("Team", str(number)), actor="other")
    assert one.refresh() is store.load()


class Restored(MemoryStore):
    """A store whose database can be put back to an older state."""

    def put_back(self) -> None:
        self._snapshot = Snapshot.empty()
        self._log = []


def test_a_database_that_was_put_back_is_loaded_anew() -> None:
    store = Restored()
    workspace = Workspace(store)
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    store.put_back()
    assert workspace.refresh().count() == (0, 0)
    assert workspace.execute(CreateNode("Team", "b"), actor="ann").revision == 1


def test_a_store_that_moved_says_where_it_stands() -> None:
    store = MemoryStore()
    with pytest.raises(Moved, match="the ledger stands at 0"):
        store.append(Write(4, (), "ann", "create"))


def test_closing_twice_is_no_harm() -> None:
    workspace = Workspace.in_memory()
    workspace.close()
    workspace.close()


def test_a_write_is_taken_back_by_a_write_of_its_own() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a", {"name": "A"}), actor="ann")
    workspace.execute(DeleteNode(A), actor="ann")
    outcome = workspace.undo(2, actor="bob")
    assert outcome.revision == 3
    restored = workspace.snapshot().node(Team, "a")
    assert restored is not None
    assert (restored.name, restored.revision) == ("A", 3)
    last = workspace.changes(2)[0]
    assert (last.actor, last.command) == ("bob", "undo")


def test_all_writes_are_taken_back_one_after_the_other_and_so_is_that() -> None:
    workspace = Workspace.in_memory()
    for command in (CreateNode("Team", "a"), UpdateNode(A, {"name": "A"}), DeleteNode(A)):
        workspace.execute(command, actor="ann")
    names = []
    for revision in (3, 2, 1, 6, 5, 4):
        workspace.undo(revision, actor="ann")
        node = workspace.snapshot().node(Team, "a")
        names.append(node.name if node else "gone")
    assert names == ["A", None, "gone", None, "A", "gone"]


def test_taking_back_what_another_process_wrote_or_wrote_over() -> None:
    one, other, _ = two()
    one.execute(CreateNode("Team", "a"), actor="one")
    assert other.undo(1, actor="other").revision == 2
    one.execute(CreateNode("Team", "b"), actor="one")
    other.execute(UpdateNode(Ref("Team", "b"), {"name": "B"}), actor="other")
    with pytest.raises(Refused) as caught:
        one.undo(3, actor="one")
    assert caught.value.message == "Team/b: was changed in revision 4, after revision 3"


def test_what_was_removed_since_is_told_with_its_revision_from_any_page_of_the_log() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    for number in range(LOG_PAGE):
        workspace.execute(CreateNode("Product", str(number)), actor="ann")
    workspace.execute(DeleteNode(A), actor="ann")
    workspace.execute(CreateNode("Product", "last"), actor="ann")
    with pytest.raises(Refused) as caught:
        workspace.undo(1, actor="ann")
    assert f"was removed in revision {LOG_PAGE + 2}" in caught.value.message


def test_the_same_write_is_taken_back_once_under_one_key() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    first = workspace.undo(1, actor="ann", idempotency_key="k")
    again = workspace.undo(1, actor="ann", idempotency_key="k")
    assert (again.revision, again.repeated) == (first.revision, True)
    assert workspace.snapshot().revision == 2


@pytest.mark.parametrize("revision", [-1, 0, 2])
def test_a_revision_that_is_not_there_cannot_be_taken_back(revision: int) -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    with pytest.raises(RevisionUnknown) as caught:
        workspace.undo(revision, actor="ann")
    assert caught.value.message == f"there is no revision {revision}; the graph stands at 1"
    with pytest.raises(RevisionUnknown):
        Workspace.in_memory().undo(1, actor="ann")


def test_an_idempotency_key_of_another_command_is_a_conflict() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann", idempotency_key="k")
    with pytest.raises(Conflict) as caught:
        workspace.execute(DeleteNode(A), actor="ann", idempotency_key="k")
    assert "'k' names the create of revision 1" in caught.value.message
    assert workspace.snapshot().node(Team, "a") is not None


def test_an_idempotency_key_of_somebody_else_is_a_conflict_and_not_his_outcome() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="ann", idempotency_key="1")
    with pytest.raises(Conflict) as caught:
        workspace.execute(CreateNode("Team", "b"), actor="bob", idempotency_key="1")
    assert "'1' names the create of revision 1 by ann" in caught.value.message
    workspace.execute(CreateNode("Team", "b"), actor="bob", idempotency_key="2")
    assert workspace.snapshot().node(Team, "b") is not None


def test_an_idempotency_key_that_is_too_long_is_refused() -> None:
    workspace = Workspace.in_memory()
    with pytest.raises(Refused) as caught:
        workspace.execute(CreateNode("Team", "a"), actor="ann", idempotency_key="k" * 501)
    assert caught.value.violations[0].field == "idempotency_key"
    assert len(caught.value.message) < 200
    assert workspace.snapshot().revision == 0


class WrittenMeanwhile(MemoryStore):
    """A store that another thread writes to after the ledger was read, before its reader goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], object]] = []
        self.loads = 0

    def revision(self) -> int:
        found = super().revision()
        while self.meanwhile:
            self.meanwhile.pop()()
        return found

    def load(self) -> Snapshot:
        self.loads += 1
        return super().load()


def test_a_write_that_comes_while_the_ledger_is_looked_at_is_not_taken_for_a_step_back() -> None:
    store = WrittenMeanwhile()
    workspace = Workspace(store)
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    store.meanwhile.append(lambda: workspace.execute(CreateNode("Team", "b"), actor="ann"))
    assert workspace.refresh().revision == 2
    assert store.loads == 1
