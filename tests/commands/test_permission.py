"""Who may carry out which command, and on what."""

from datetime import UTC, datetime

import pytest

from graph import commands
from graph.commands import (
    POLICY,
    CheckInEntry,
    CreateNode,
    DeleteNode,
    Link,
    MoveDependency,
    OpenCycle,
    RecordCheckIns,
    RequestDependency,
    Step,
    Unlink,
    UpdateNode,
    UpdateRelation,
    permitted,
)
from graph.commands.planning import Command
from graph.errors import Forbidden
from graph.model.dependencylife import DependencyMove
from graph.model.principals import Principal, Role
from graph.model.relations import DependsOn, RelationRef
from graph.model.values import Ref
from graph.workspace import Workspace
from tests.schema.asking import filled, link, node

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEP = Step(NOW, "ann", note="because")


def who(role: Role, *teams: str, person: str | None = None) -> Principal:
    return Principal("token:ann", role, frozenset(teams), person)


def company() -> Workspace:
    return filled(
        node("Team", "a"),
        node("Team", "b"),
        node("Product", "shop"),
        node("Person", "ann"),
        node("Person", "old"),
        node("Cycle", "q1", state="planned", **{"from": "2026-01-01", "to": "2026-03-31"}),
        node("Objective", "grow"),
        node("Objective", "mine"),
        node("KeyResult", "sales", start=0, target=10),
        *(node("WorkItem", key) for key in ("ours", "part", "theirs", "free", "both")),
        link("Person/ann", "MEMBER_OF", "Team/a"),
        link("Person/old", "MEMBER_OF", "Team/a", until="2026-03-01"),
        link("Team/a", "BUILDS", "Product/shop"),
        link("Team/a", "OWNS", "Objective/grow"),
        link("Person/ann", "OWNS", "Objective/mine"),
        link("KeyResult/sales", "MEASURES", "Objective/grow"),
        link("Team/a", "DELIVERS", "WorkItem/ours"),
        link("WorkItem/part", "PART_OF", "WorkItem/ours"),
        link("Team/b", "DELIVERS", "WorkItem/theirs"),
        link("Team/a", "DELIVERS", "WorkItem/both"),
        link("Team/b", "DELIVERS", "WorkItem/both"),
        link("Team/a", "DEPENDS_ON", "Team/b", key="out", status="requested"),
        link("Team/b", "DEPENDS_ON", "Team/a", key="in", status="requested"),
        link("WorkItem/theirs", "DEPENDS_ON", "WorkItem/both", key="held"),
    )


def ref(text: str) -> Ref:
    return Ref.parse(text)


def dep(key: str) -> RelationRef:
    return RelationRef(DependsOn.TYPE, key)


def may(principal: Principal, command: Command, workspace: Workspace | None = None) -> bool:
    try:
        permitted(command, principal, NOW).plan((workspace or company()).snapshot())
    except Forbidden:
        return False
    return True


ALLOWED: list[tuple[str, Command]] = [
    ("a check-in", RecordCheckIns([CheckInEntry("sales", 3)], NOW)),
    ("new work", CreateNode("WorkItem", "new")),
    ("work of his team", UpdateNode(ref("WorkItem/ours"), {"name": "X"})),
    ("a part of such work", UpdateNode(ref("WorkItem/part"), {"name": "X"})),
    ("work that two teams deliver", UpdateNode(ref("WorkItem/both"), {"name": "X"})),
    ("taking on work of nobody", Link("DELIVERS", ref("Team/a"), ref("WorkItem/free"))),
    ("work's product", Link("FOR", ref("WorkItem/ours"), ref("Product/shop"))),
    ("work's goal", Link("CONTRIBUTES_TO", ref("WorkItem/ours"), ref("KeyResult/sales"))),
    ("removing his part", DeleteNode(ref("WorkItem/part"), detach=True)),
    ("asking another team", RequestDependency(ref("WorkItem/ours"), ref("Team/b"), STEP)),
    ("asking for a product", RequestDependency(ref("Product/shop"), ref("Team/b"), STEP)),
    ("asking for a goal", RequestDependency(ref("KeyResult/sales"), ref("Team/b"), STEP)),
    ("noting a need", Link("DEPENDS_ON", ref("WorkItem/ours"), ref("WorkItem/theirs"))),
    ("a need's day", UpdateRelation(dep("out"), {"needed_by": "2026-05-01"})),
    ("giving a need up", MoveDependency("out", DependencyMove.CANCEL, STEP)),
    ("removing a need", Unlink(dep("out"))),
    (
        "a promise",
        MoveDependency("in", DependencyMove.AGREE, STEP, {"committed_by": "2026-04-01"}),
    ),
    ("refusing", MoveDependency("in", DependencyMove.REJECT, STEP)),
]

REFUSED: list[tuple[str, Command]] = [
    ("a team", UpdateNode(ref("Team/a"), {"name": "X"})),
    ("a new team", CreateNode("Team", "c")),
    ("a goal of his team", UpdateNode(ref("Objective/grow"), {"name": "X"})),
    ("work of others", UpdateNode(ref("WorkItem/theirs"), {"name": "X"})),
    ("removing work of others", DeleteNode(ref("WorkItem/theirs"), detach=True)),
    ("removing work that others need", DeleteNode(ref("WorkItem/both"), detach=True)),
    ("work of nobody", UpdateNode(ref("WorkItem/free"), {"name": "X"})),
    ("taking work of others", Link("DELIVERS", ref("Team/a"), ref("WorkItem/theirs"))),
    ("giving work to others", Link("DELIVERS", ref("Team/b"), ref("WorkItem/ours"))),
    ("a part of others' work", Link("PART_OF", ref("WorkItem/theirs"), ref("WorkItem/ours"))),
    ("what his team builds", Link("BUILDS", ref("Team/b"), ref("Product/shop"))),
    ("asking for others", RequestDependency(ref("Team/b"), ref("WorkItem/theirs"), STEP)),
    (
        "asking in the name of others what his team is to do",
        RequestDependency(ref("WorkItem/theirs"), ref("Team/a"), STEP),
    ),
    (
        "promising for others",
        MoveDependency("out", DependencyMove.AGREE, STEP, {"committed_by": "2026-04-01"}),
    ),
    ("beginning for others", UpdateRelation(dep("out"), {"status": "in_progress"})),
    ("others' day", UpdateRelation(dep("out"), {"committed_by": "2026-05-01"})),
    ("a need of others", UpdateRelation(dep("in"), {"needed_by": "2027-01-01"})),
    ("giving up for others", MoveDependency("in", DependencyMove.CANCEL, STEP)),
    ("removing a need of others", Unlink(dep("in"))),
    (
        "a need that is promised from the start",
        Link("DEPENDS_ON", ref("Team/a"), ref("Team/b"), {"status": "agreed"}),
    ),
    (
        "a need with a history of promises",
        Link(
            "DEPENDS_ON",
            ref("Team/a"),
            ref("Team/b"),
            {"statuses": [["agreed", "2026-01-01"], ["requested", "2026-01-02"]]},
        ),
    ),
    ("a cycle", OpenCycle("q1", NOW)),
]


@pytest.mark.parametrize(("what", "command"), ALLOWED, ids=[what for what, _ in ALLOWED])
def test_a_contributor_may_write_what_is_of_his_teams(what: str, command: Command) -> None:
    assert may(who(Role.CONTRIBUTOR, "a"), command), what
    assert may(who(Role.CONTRIBUTOR, person="ann"), command), what


@pytest.mark.parametrize(("what", "command"), REFUSED, ids=[what for what, _ in REFUSED])
def test_a_contributor_may_not_write_what_is_of_others(what: str, command: Command) -> None:
    assert not may(who(Role.CONTRIBUTOR, "a"), command), what
    assert may(who(Role.PLANNER), command), what


@pytest.mark.parametrize("command", [command for _, command in ALLOWED + REFUSED])
def test_a_viewer_may_write_nothing(command: Command) -> None:
    assert not may(who(Role.VIEWER, "a"), command)


@pytest.mark.parametrize("command", [command for _, command in ALLOWED[1:]])
def test_who_left_a_team_writes_no_more_for_it(command: Command) -> None:
    new = isinstance(command, CreateNode)
    assert may(who(Role.CONTRIBUTOR, person="old"), command) is new


def test_a_goal_that_a_person_answers_for_is_his() -> None:
    command = RequestDependency(ref("Objective/mine"), ref("Team/b"), STEP)
    assert may(who(Role.CONTRIBUTOR, person="ann"), command)
    assert not may(who(Role.CONTRIBUTOR, "a"), command)


def test_everybody_takes_back_his_own_writes_and_an_admin_all() -> None:
    workspace = company()
    ann = who(Role.CONTRIBUTOR, "a")
    workspace.execute(CreateNode("WorkItem", "x"), actor=ann)
    workspace.execute(CreateNode("WorkItem", "y"), actor="bob")
    with pytest.raises(Forbidden, match="was written by 'bob'"):
        workspace.undo(3, actor=who(Role.PLANNER))
    assert workspace.undo(2, actor=ann).changes
    assert workspace.undo(3, actor=Principal("token:root", Role.ADMIN)).changes


def test_the_log_names_who_wrote_and_what_was_refused_is_kept() -> None:
    workspace = company()
    ann = who(Role.CONTRIBUTOR, "a")
    workspace.execute(CreateNode("WorkItem", "x"), actor=ann)
    assert workspace.changes(1)[0].actor == "token:ann"
    with pytest.raises(Forbidden, match="Team/b is not token:ann's to write so"):
        workspace.execute(UpdateNode(ref("Team/b"), {"name": "X"}), actor=ann)
    with pytest.raises(Forbidden, match="needs the role contributor; token:ann is viewer"):
        workspace.execute(CreateNode("WorkItem", "z"), actor=who(Role.VIEWER))
    assert workspace.snapshot().revision == 2
    newest, older = workspace.refused(5)
    assert (newest.actor, newest.role, newest.target) == ("token:ann", "viewer", "WorkItem/z")
    assert (older.role, older.command, older.target) == ("contributor", "update", "Team/b")
    assert {newest.code, older.code} == {"forbidden"}


def test_the_policy_names_every_command() -> None:
    named = {
        found
        for name in commands.__all__
        if isinstance(found := getattr(commands, name), type) and hasattr(found, "plan")
    }
    assert named - {commands.Command} == set(POLICY)


def test_a_command_that_the_policy_does_not_name_is_an_admins() -> None:
    class Unknown(CreateNode):
        pass

    assert not may(who(Role.PLANNER), Unknown("Team", "z"))
    assert may(who(Role.ADMIN), Unknown("Team", "z"))


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_one_before_it_may(role: Role) -> None:
    assert [role.covers(other) for other in Role] == sorted(
        (role.covers(other) for other in Role), reverse=True
    )
    assert role.covers(role)
