"""Laws of planning commands through the real store: what is refused leaves no trace, nor what is undone."""

from contextlib import closing
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.commands import (
    CarryOver,
    CheckInEntry,
    CloseCycle,
    CreateObjective,
    DeleteNode,
    Import,
    KeyResultDraft,
    ParentLink,
    RecordCheckIns,
    Reparent,
    Reweight,
    Score,
    Split,
    SplitPart,
)
from graph.commands.planning import Command
from graph.errors import HeadwaterError
from graph.model.entities import KeyResult, Objective
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.store.connection import Connection
from graph.store.memory import MemoryStore
from graph.store.protocol import Store
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from seeds.writing import document_records
from tests.cleaning import emptied
from tests.commands.goals import goals
from tests.commands.test_undoing import content

NOW = datetime(2026, 5, 15, 9, 30, tzinfo=UTC)
WEIGHTS = st.sampled_from((0, 0.5, 2, -1))


@st.composite
def intents(draw: st.DrawFn, graph: Snapshot) -> Command:
    """Give a planning command on a graph: many of them are refused."""
    objectives = [node.ref for node in graph.ordered(Objective)]
    key_results = [node.ref for node in graph.ordered(KeyResult)]
    one, other = draw(st.sampled_from(objectives)), draw(st.sampled_from(objectives))
    below = [link.source for link in graph.touching(one) if link.source != one]
    some = draw(st.lists(st.sampled_from(below or [one]), unique=True, max_size=3))
    values: st.SearchStrategy[Json] = st.sampled_from((0.5, 1, "much"))
    parents = [ParentLink(other, draw(WEIGHTS), draw(st.booleans()))]
    drafts = [KeyResultDraft(None, {"start": 0, "target": draw(st.integers(0, 1))})]
    commands: tuple[Command, ...] = (
        Reweight(one, {ref: draw(WEIGHTS) for ref in some}),
        Reparent(one, parents),
        Split(one, [SplitPart("part", {}, None, some)], NOW),
        CreateObjective("new", {}, Ref("Team", "t"), "q2", drafts, parents, NOW),
        CloseCycle("q1", {one.key: Score(draw(values))}, {}, "ann", NOW),
        CloseCycle("q1", {}, {}, "ann", NOW),
        CarryOver("q1", "q2", restart=draw(st.booleans()), now=NOW),
        RecordCheckIns([CheckInEntry(r.key, draw(values)) for r in key_results], NOW),
        DeleteNode(one, detach=draw(st.booleans())),
    )
    return draw(st.sampled_from(commands))


def held(store: Store, graph: Snapshot, command: Command) -> None:
    """Carry a command out on a graph in a store, and hold it to both laws."""
    workspace = Workspace(store)
    workspace.execute(Import(list(document_records(graph))), actor="seed")
    revision, before = store.revision(), content(store.load())
    try:
        outcome = workspace.execute(command, actor="ann")
    except HeadwaterError:
        assert (store.revision(), content(store.load())) == (revision, before)
        return
    after = content(store.load())
    if outcome.revision == revision:  # there was nothing to do
        assert after == before
        return
    workspace.undo(outcome.revision, actor="ann")
    assert content(store.load()) == before
    workspace.undo(outcome.revision + 1, actor="ann")
    assert content(store.load()) == after


@given(goals(states=("active", "active", "draft", "closed")), st.data())
def test_what_is_refused_or_undone_leaves_no_trace(graph: Snapshot, data: st.DataObject) -> None:
    held(MemoryStore(), graph, data.draw(intents(graph)))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graph=goals(states=("active", "active", "draft", "closed")), data=st.data())
def test_what_is_refused_or_undone_leaves_no_trace_on_an_engine(
    engine: Connection, graph: Snapshot, data: st.DataObject
) -> None:
    emptied(engine)
    with closing(DriverStore.connect(engine)) as store:
        held(store, graph, data.draw(intents(graph)))
