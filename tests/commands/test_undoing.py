"""Taking a write back: to exactly what was, or not at all."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from graph.commands import (
    CarryOver,
    CheckInEntry,
    CloseCycle,
    CloseObjective,
    Command,
    CreateNode,
    CreateObjective,
    DeleteNode,
    Import,
    KeyResultDraft,
    Link,
    OpenCycle,
    ParentLink,
    RecordCheckIns,
    Reparent,
    Reweight,
    Score,
    Split,
    SplitPart,
    Undo,
    Unlink,
    UpdateNode,
    UpdateRelation,
)
from graph.errors import ErrorCode, NotFound, Refused
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.changes import Commit, stamped
from graph.model.codec import dump_properties
from graph.model.entities import Team
from graph.model.records import NodeRecord, RelationRecord
from graph.model.relations import ContributesTo, DependsOn, Measures, RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from tests.commands.goals import goals
from tests.commands.refusing import refused
from tests.notation import graph_of

MAY = datetime(2026, 5, 1, tzinfo=UTC)
A = Ref("Team", "a")


def written(command: Command, graph: Snapshot) -> tuple[Snapshot, Commit]:
    """Give the graph after a command, and its commit."""
    revision = graph.revision + 1
    changes = stamped(command.plan(graph).changes, revision, MAY)
    after = graph.apply(changes, revision=revision, at=MAY)
    return after, Commit(revision, MAY, "ann", command.name, changes)


def history(graph: Snapshot, *commands: Command) -> tuple[Snapshot, list[Commit]]:
    commits = []
    for command in commands:
        graph, commit = written(command, graph)
        commits.append(commit)
    return graph, commits


def content(graph: Snapshot) -> dict[str, object]:
    """Give all there is in a graph, without revisions and time stamps."""
    nodes = {
        str(node.ref): dump_properties(node, system=False)
        for kind in ENTITIES
        for node in graph.nodes(kind.cls).values()
    }
    relations = {
        str(ref): (link.source, link.target, dump_properties(link, system=False))
        for kind in RELATIONS
        for ref, link in ((r.ref, r) for r in graph.relations(kind.cls).values())
    }
    return {**nodes, **relations}


def test_what_was_made_is_removed_and_what_was_altered_is_as_it_was() -> None:
    start = graph_of("Team b 5 name=B")
    graph, (commit,) = history(
        start, Import([NodeRecord("Team", "a"), NodeRecord("Team", "b", {"capacity": 7})])
    )
    undone, _ = written(Undo(commit), graph)
    assert content(undone) == content(start)


def test_a_removed_node_is_restored_with_all_properties_and_relationships() -> None:
    start = graph_of("""
        Team a 5 name=A type=platform tags=x,y founded=2020-01-01
        Product p
        WorkItem w
        a builds p share=0.5
        a delivers w
        a needs p SS+2 status=agreed
    """)
    graph, (commit,) = history(start, DeleteNode(A, detach=True))
    assert graph.count() == (2, 0)
    undone, again = written(Undo(commit), graph)
    assert content(undone) == content(start)
    restored = undone.node(Team, "a")
    assert restored is not None
    assert restored.revision == 2
    redone, _ = written(Undo(again), undone)
    assert content(redone) == content(graph)


def test_what_was_changed_since_is_a_conflict_that_names_the_revision() -> None:
    graph, (first, _) = history(
        Snapshot.empty(), CreateNode("Team", "a"), UpdateNode(A, {"name": "A"})
    )
    (violation,) = refused(Undo(first), graph)
    assert (violation.code, violation.subject, violation.value) == (
        ErrorCode.CONFLICT,
        "Team/a",
        "2",
    )
    assert violation.message == "Team/a: was changed in revision 2, after revision 1"
    assert violation.hint == "undo revision 2 first"


def test_writes_are_taken_back_one_after_the_other() -> None:
    start = graph_of("Team a name=A")
    graph, commits = history(
        start, UpdateNode(A, {"name": "B"}), UpdateNode(A, {"name": "C"}), DeleteNode(A)
    )
    for commit in reversed(commits):
        graph, _ = written(Undo(commit), graph)
    assert content(graph) == content(start)


def test_what_was_removed_since_is_a_conflict_that_later_commits_tell_more_of() -> None:
    graph, commits = history(
        Snapshot.empty(), CreateNode("Team", "a"), UpdateNode(A, {"name": "A"}), DeleteNode(A)
    )
    (violation,) = refused(Undo(commits[0], commits[1:]), graph)
    assert violation.message == "Team/a: was removed in revision 3, after revision 1"
    (violation,) = refused(Undo(commits[0]), graph)
    assert (violation.message, violation.value) == ("Team/a: was removed, after revision 1", "")
    assert violation.hint == "undo what removed it first"
    assert Undo(commits[0]).gone(graph) == {A}
    assert Undo(commits[2]).gone(graph) == set()


def test_what_was_removed_and_is_there_again_is_a_conflict() -> None:
    graph, commits = history(graph_of("Team a"), DeleteNode(A), CreateNode("Team", "a"))
    (violation,) = refused(Undo(commits[0]), graph)
    assert (violation.code, violation.value) == (ErrorCode.CONFLICT, "2")
    assert violation.message == "Team/a: was made again in revision 2, after revision 1"
    assert "keep what is there now" in violation.hint


def test_something_newer_that_refers_to_what_was_made_is_told() -> None:
    graph, commits = history(
        graph_of("Product p"), CreateNode("Team", "a"), Link("BUILDS", A, Ref("Product", "p"))
    )
    (violation,) = refused(Undo(commits[0]), graph)
    assert violation.code is ErrorCode.STILL_REFERENCED
    assert (violation.subject, violation.value) == ("Team/a", "2")
    assert "joined by Team/a BUILDS Product/p in revision 2" in violation.message
    assert violation.hint == "undo revision 2 first, or unlink it"


def test_a_removed_relationship_whose_end_is_gone_is_not_restored() -> None:
    ref = RelationRef("BUILDS", "Team/a->Product/p")
    graph, commits = history(graph_of("Team a\nProduct p\na builds p"), Unlink(ref), DeleteNode(A))
    (violation,) = refused(Undo(commits[0]), graph)
    assert violation.code is ErrorCode.END_MISSING


def test_a_link_that_would_close_a_loop_by_now_is_not_restored() -> None:
    ref = RelationRef("CONTRIBUTES_TO", "Objective/a->Objective/b")
    a, b = Ref("Objective", "a"), Ref("Objective", "b")
    graph, commits = history(
        graph_of("Objective a\nObjective b\na contributes_to b"),
        Unlink(ref),
        Link("CONTRIBUTES_TO", b, a),
    )
    assert refused(Undo(commits[0]), graph)[0].code is ErrorCode.LOOP


def test_every_thing_in_the_way_is_told_at_once() -> None:
    records = [NodeRecord("Team", key) for key in "abc"]
    graph, commits = history(
        Snapshot.empty(),
        Import(records),
        UpdateNode(A, {"name": "A"}),
        DeleteNode(Ref("Team", "b")),
        CreateNode("Product", "p"),
        Link("BUILDS", Ref("Team", "c"), Ref("Product", "p")),
    )
    found = refused(Undo(commits[0], commits[1:]), graph)
    assert [(v.code, v.subject, v.value) for v in found] == [
        (ErrorCode.STILL_REFERENCED, "Team/c", "5"),
        (ErrorCode.CONFLICT, "Team/b", "3"),
        (ErrorCode.CONFLICT, "Team/a", "2"),
    ]


def test_a_dependency_that_was_given_another_end_goes_back() -> None:
    start = graph_of("Team a\nTeam b\nTeam c")
    start, _ = written(Link("DEPENDS_ON", A, Ref("Team", "b"), {"key": "d"}), start)
    before = start.relation(RelationRef("DEPENDS_ON", "d"))
    assert isinstance(before, DependsOn)
    moved = Import([RelationRecord("DEPENDS_ON", "Team/a", "Team/c", {"key": "d"})])
    graph, commit = written(moved, start)
    undone, _ = written(Undo(commit), graph)
    assert content(undone) == content(start)
    assert [link.target.key for link in undone.out(A, DependsOn)] == ["b"]


weights: st.SearchStrategy[Json] = st.sampled_from((None, 0, 1, 2.5))


def _refs(graph: Snapshot, *kinds: str) -> list[Ref]:
    return [Ref(kind, key) for kind in kinds for key in sorted(graph.keys(kind))] or [A]


def _any_command(data: st.DataObject, graph: Snapshot) -> Command:
    """Draw one of all commands, about what there is in the graph."""
    objectives, key_results = _refs(graph, "Objective"), _refs(graph, "KeyResult")
    one = data.draw(st.sampled_from(objectives))
    some = data.draw(st.lists(st.sampled_from(objectives), max_size=2, unique=True))
    result = data.draw(st.sampled_from(key_results))
    any_ = data.draw(st.sampled_from(_refs(graph, "Objective", "KeyResult", "WorkItem", "Team")))
    weight = data.draw(weights)
    new = f"n{graph.revision}"
    links = sorted(
        [*graph.relations(Measures).values(), *graph.relations(ContributesTo).values()], key=str
    )
    link = data.draw(st.sampled_from(links)) if links else None
    parents = [ParentLink(ref, weight) for ref in some]
    commands: list[Command] = [
        RecordCheckIns(
            [CheckInEntry(result.key, 5, "2026-04-02"), CheckInEntry(result.key, 7)], MAY
        ),
        CreateObjective(new, {"tags": ["x"]}, None, "q1", [KeyResultDraft(None)], parents, MAY),
        Reparent(any_, parents, data.draw(st.sampled_from((None, None, some)))),
        Reweight(one, {result: weight, some[0]: 1} if some else {result: weight}),
        CloseObjective(one.key, Score(0.5), {}, "ann", MAY),
        OpenCycle(data.draw(st.sampled_from(("q1", "q2"))), MAY),
        CloseCycle(data.draw(st.sampled_from(("q1", "q2", "y"))), {}, {}, "ann", MAY),
        CarryOver("q1", "q2", None if not some else [one.key], data.draw(st.booleans()), now=MAY),
        CreateNode("Objective", new),
        UpdateNode(any_, {"description": new}),
        DeleteNode(any_, detach=data.draw(st.booleans())),
        Link("CONTRIBUTES_TO", one, result, {"weight": weight}),
        Import([NodeRecord("Objective", one.key, {"name": new}), NodeRecord("Team", new)]),
    ]
    if link is not None:
        part = SplitPart(new, {}, None, [link.source])
        commands += [
            Split(link.target, [part], MAY),
            Unlink(link.ref),
            UpdateRelation(link.ref, {"weight": weight}),
        ]
    return data.draw(st.sampled_from(commands))


@given(goals(states=("active", "draft", "closed", "dropped")), st.data())
def test_any_history_is_taken_back_step_by_step_and_taking_back_is_taken_back(
    start: Snapshot, data: st.DataObject
) -> None:
    graphs, commits = [start], []
    for _ in range(data.draw(st.integers(1, 5))):
        try:
            graph, commit = written(_any_command(data, graphs[-1]), graphs[-1])
        except (Refused, NotFound):
            continue
        graphs.append(graph)
        commits.append(commit)
    now = graphs[-1]
    for commit, before in zip(reversed(commits), reversed(graphs[:-1]), strict=True):
        undone, undoing = written(Undo(commit), now)
        assert content(undone) == content(before)
        redone, _ = written(Undo(undoing), undone)
        assert content(redone) == content(now)
        now = undone
