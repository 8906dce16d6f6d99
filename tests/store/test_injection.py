"""Text that would be Cypher, in each place where a user's text goes: it stays text."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.commands import Import
from graph.errors import Refused
from graph.model.access import AccessToken, RefusedWrite
from graph.model.entities import Team
from graph.model.principals import Role
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from graph.store.connection import Connection
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from tests.cleaning import emptied, run
from tests.schema.asking import ask

# What would end the place that a text stands in, what would then be done, and what hides the rest.
ENDS = (
    "'",
    '"',
    "`",
    "\\'",
    '\\"',
    "'}) ",
    '"}) ',
    "`) ",
    "}) ",
    "\\u0027",
    "\\u0060)",
    "\n",
    "$rows ",
    "",
)
DEEDS = (
    "MATCH (n) DETACH DELETE n ",
    "CREATE (:Pwned {key: 'x'}) ",
    "WITH 1 AS x MATCH (t:Team) SET t.name = 'pwned' ",
    "MERGE (l:Ledger {key: 'headwater'}) SET l.revision = 10000 ",
    "CALL db.labels() YIELD label RETURN label ",
    "LOAD CSV FROM 'file:///etc/passwd' AS l CREATE (:Pwned {l: l}) ",
    "DROP CONSTRAINT headwater_team ",
    "OR 1=1 RETURN n ",
    "]->(:Pwned) ",
)
HIDES = ("//", "/*", "--", "; ", "UNION MATCH (n) RETURN n", "")

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

hostile = st.one_of(
    st.builds(lambda *parts: "".join(parts), *map(st.sampled_from, (ENDS, DEEDS, HIDES))),
    st.text(st.sampled_from("'\"`\\{}()[]$:;/*-\n uE0027MATCHn"), min_size=1, max_size=40),
)

READ = """query($text: String!, $id: ID!) {
  teams(filter: {or: [{key: {eq: $text}}, {name: {contains: $text}}, {key: {in: [$text]}},
    {description: {startsWith: $text}}]}) { totalCount }
  team(key: $text) { key }
  search(text: $text) { totalCount }
  node(id: $id) { id }
  after: teams(first: 1, after: $text) { totalCount } }"""

OURS = {"Team", "Ledger", "Change", "ChangePart", "Idempotency", "RefusalRing", "Refusal"}
SEED = Import([NodeRecord("Team", "canary", {"name": "Canary"})])

trying = settings(max_examples=25, suppress_health_check=list(HealthCheck))


def begun(connection: Connection) -> Workspace:
    """Give a graph with one team in it."""
    emptied(connection)
    workspace = Workspace.connect(connection)
    workspace.execute(SEED, actor="seed")
    return workspace


def expect_only_text(connection: Connection, workspace: Workspace) -> None:
    """Look past our own code: nothing is in the database but what was to be written."""
    found = run(connection, "MATCH (n:Team) RETURN n.key, n.name, n.description")
    teams = workspace.snapshot().nodes(Team).values()
    assert sorted(map(repr, found)) == sorted(
        repr([team.key, team.name, team.description]) for team in teams
    )
    labels = run(connection, "MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label")
    assert {label for (label,) in labels} <= OURS
    assert run(connection, "MATCH ()-->() RETURN count(*)") == [[0]]
    (ledger,) = run(connection, "MATCH (l:Ledger) RETURN l.revision")
    assert ledger == [workspace.snapshot().revision]


@given(st.lists(hostile, min_size=5, max_size=5))
@trying
def test_a_text_that_would_be_cypher_is_kept_as_the_text_it_is(
    connection: Connection, texts: list[str]
) -> None:
    workspace = begun(connection)
    key, name, description, once, actor = texts
    values: dict[str, Json] = {"name": name, "description": description}
    with suppress(Refused):  # a key may be none, and names are not blank
        command = Import([NodeRecord("Team", key, values)])
        workspace.execute(command, actor=actor, idempotency_key=once)
        assert workspace.changes(1)[0].actor == actor
        again = workspace.execute(command, actor=actor, idempotency_key=once)
        assert again.repeated
    expect_only_text(connection, workspace)
    reloaded = Workspace.connect(connection)
    assert reloaded.snapshot().nodes(Team) == workspace.snapshot().nodes(Team)
    reloaded.close()
    workspace.close()


@given(hostile, hostile)
@trying
def test_a_name_of_a_kind_a_property_or_a_relationship_that_would_be_cypher_is_refused(
    connection: Connection, name: str, end: str
) -> None:
    workspace = begun(connection)
    records: list[Record] = [
        NodeRecord(name, "a", {}),
        NodeRecord("Team", "b", {name: "x"}),
        RelationRecord(name, "Team/canary", "Team/canary", {}),
        RelationRecord("DEPENDS_ON", "Team/canary", f"{end}/canary", {}),
        RelationRecord("DEPENDS_ON", f"Team/{end}", "Team/canary", {}),
        RelationRecord("DEPENDS_ON", "Team/canary", "Team/canary", {name: 1}),
    ]
    with pytest.raises(Refused) as refused:
        workspace.execute(Import(records), actor="x")
    assert len(refused.value.violations) >= len(records)
    expect_only_text(connection, workspace)
    workspace.close()


@given(hostile)
@trying
def test_a_text_that_would_be_cypher_finds_what_holds_it_and_does_nothing(
    connection: Connection, text: str
) -> None:
    workspace = begun(connection)
    answer = ask(workspace, READ, text=text, id=text)
    assert {error["extensions"]["code"] for error in answer.errors} <= {
        "BAD_USAGE",
        "BAD_USER_INPUT",
    }
    expect_only_text(connection, workspace)
    workspace.close()


@given(st.lists(hostile, min_size=6, max_size=6))
@trying
def test_a_token_and_a_refusal_keep_text_that_would_be_cypher(
    connection: Connection, texts: list[str]
) -> None:
    workspace = begun(connection)
    store = DriverStore.connect(connection)
    id_, name, team, person, target, reason = texts
    teams = (team.replace("\n", " "), "canary")  # a key has no line ends
    token = AccessToken(id_, name, Role.VIEWER, teams, person, "0" * 64, NOW)
    refusal = RefusedWrite(NOW, name, team, person, target, "forbidden", reason, 1)
    store.access.add_token(token)
    store.access.keep_refusals([refusal])
    assert list(store.access.tokens()) == [token]
    assert list(store.access.refusals(5)) == [replace(refusal, number=1)]
    assert store.access.revoke_token(id_, NOW)
    assert not store.access.revoke_token(f"{id_}' OR 1=1 //", NOW)
    run(connection, "MATCH (t:AccessToken) DELETE t")
    expect_only_text(connection, workspace)
    store.close()
    workspace.close()
