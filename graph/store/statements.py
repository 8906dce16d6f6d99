"""Every statement the store runs. Labels, types and property names come from the catalogue only.

Values are always parameters. Names that Cypher could read as words stand between backticks.
"""

import re
from collections.abc import Iterator, Sequence

from graph.model.catalog import ENTITIES, ENTITY, RELATIONS, EntityKind, Property, RelationKind
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.values import Shape

LEDGER_KEY = "headwater"

CONSTRAINTS: tuple[str, ...] = (
    *(
        f"CREATE CONSTRAINT headwater_{kind.label.lower()} IF NOT EXISTS"
        f" FOR (n:{kind.label}) REQUIRE n.key IS UNIQUE"
        for kind in ENTITIES
    ),
    "CREATE CONSTRAINT headwater_ledger IF NOT EXISTS FOR (n:Ledger) REQUIRE n.key IS UNIQUE",
    "CREATE CONSTRAINT headwater_change IF NOT EXISTS FOR (n:Change) REQUIRE n.revision IS UNIQUE",
    "CREATE CONSTRAINT headwater_part IF NOT EXISTS FOR (n:ChangePart) REQUIRE n.key IS UNIQUE",
    "CREATE CONSTRAINT headwater_once IF NOT EXISTS FOR (n:Idempotency) REQUIRE n.key IS UNIQUE",
)
"""One for each kind of node; data definition comes before data and outside transactions."""

ACCESS_CONSTRAINTS: tuple[str, ...] = (
    "CREATE CONSTRAINT headwater_token IF NOT EXISTS FOR (n:AccessToken) REQUIRE n.key IS UNIQUE",
    "CREATE CONSTRAINT headwater_refusal IF NOT EXISTS FOR (n:Refusal) REQUIRE n.slot IS UNIQUE",
    "CREATE CONSTRAINT headwater_ring IF NOT EXISTS FOR (n:RefusalRing) REQUIRE n.key IS UNIQUE",
)
"""Those of what is kept about access."""

COUNT_NODES = "MATCH (n) RETURN count(n) AS nodes"
READ_LEDGER = (
    "MATCH (l:Ledger {key: $key}) RETURN l.revision AS revision, l.at AS at, l.version AS version,"
    " coalesce(l.history, '') AS history"
)
CREATE_LEDGER = (
    "MERGE (l:Ledger {key: $key})"
    " ON CREATE SET l.revision = 0, l.at = '', l.version = $version, l.turn = 0"
)
SET_HISTORY = "MATCH (l:Ledger {key: $key}) SET l.history = $history"
SET_VERSION = "MATCH (l:Ledger {key: $key}) SET l.version = $version"
LOCK_LEDGER = (
    "MATCH (l:Ledger {key: $key}) SET l.turn = l.turn + 1"
    " RETURN l.revision AS revision, l.at AS at, l.version AS version,"
    " coalesce(l.history, '') AS history"
)
"""The first clause of every write: it takes the ledger's write lock, so that writes come in turn."""
HOLD_LEDGER = (
    "MATCH (l:Ledger {key: $key}) SET l.turn = l.turn + 1 WITH l WHERE l.revision = $base"
    " AND l.version = $version AND l.at <= $since AND ($history = '' OR l.history = $history)"
)
"""The same, for as long as the ledger stands where it is thought to: else there is no row left."""
MOVE_LEDGER = "SET l.revision = $revision, l.at = $at RETURN l.revision AS revision"
ADVANCE_LEDGER = "MATCH (l:Ledger {key: $key}) SET l.revision = $revision, l.at = $at"

COUNT_OTHERS = "MATCH (n) WHERE NOT n:Ledger AND NOT n:RefusalRing RETURN count(n) AS nodes"
REMOVE_SOME = (
    "MATCH (n) WHERE NOT n:Ledger WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS nodes"
)
RESET_LEDGER = "MATCH (l:Ledger {key: $key}) SET l.revision = 0, l.at = '', l.version = $version"

APPEND_CHANGES = (
    "UNWIND $rows AS row CREATE (:Change {revision: row.revision, at: row.at, actor: row.actor,"
    " command: row.command, idempotency_key: row.idempotency_key, count: row.count,"
    " ticket: row.ticket})"
)
APPEND_PARTS = (
    "UNWIND $rows AS row"
    " CREATE (:ChangePart {key: row.key, revision: row.revision, part: row.part, body: row.body})"
)
APPEND_IDEMPOTENCY = (
    "UNWIND $rows AS row CREATE (:Idempotency {key: row.idempotency_key, revision: row.revision})"
)
FIND_IDEMPOTENCY = "MATCH (i:Idempotency {key: $idempotency_key}) RETURN i.revision AS revision"
FIND_TICKET = "MATCH (c:Change) WHERE c.revision > $since AND c.ticket = $ticket RETURN c.revision AS revision"
READ_CHANGES = (
    "MATCH (c:Change) WHERE c.revision > $since AND c.revision <= $until"
    " RETURN c.revision AS revision, c.at AS at, c.actor AS actor, c.command AS command,"
    " c.idempotency_key AS idempotency_key ORDER BY c.revision"
)
READ_PARTS = (
    "MATCH (p:ChangePart) WHERE p.revision > $since AND p.revision <= $until"
    " RETURN p.revision AS revision, p.part AS part, p.body AS body"
)
PART_INDEX = "CREATE INDEX headwater_part_revision IF NOT EXISTS FOR (n:ChangePart) ON (n.revision)"

CREATE_RING = "MERGE (r:RefusalRing {key: $key}) ON CREATE SET r.taken = 0"
TAKE_SLOTS = (
    "MATCH (r:RefusalRing {key: $key}) SET r.taken = r.taken + $count RETURN r.taken AS taken"
)
"""Numbers for some refusals; it takes the ring's write lock, so that no two get the same."""
PUT_REFUSALS = "UNWIND $rows AS row MERGE (n:Refusal {slot: row.slot}) SET n = row"
READ_REFUSALS = (
    "MATCH (n:Refusal) RETURN n.number AS number, n.at AS at, n.actor AS actor, n.role AS role,"
    " n.command AS command, n.target AS target, n.code AS code, n.message AS message,"
    " n.reasons AS reasons ORDER BY n.number DESC LIMIT $limit"
)
ADD_ACCESS = "CREATE (n:AccessToken) SET n = $row"
END_ACCESS = (
    "MATCH (n:AccessToken {key: $id}) SET n.revoked_at ="
    " CASE WHEN n.revoked_at = '' THEN $at ELSE n.revoked_at END RETURN n.key AS id"
)
READ_ACCESS = (
    "MATCH (n:AccessToken) RETURN n.key AS id, n.name AS name, n.role AS role, n.teams AS teams,"
    " n.person AS person, n.hash AS hash, n.created_at AS created_at, n.expires_at AS expires_at,"
    " n.revoked_at AS revoked_at ORDER BY n.created_at, n.key"
)


def chained(parts: Sequence[str]) -> str:
    """Put statements that give nothing back into one; each one's parameters get its number.

    Between two of them all names are let go, and one row is left, however many there were.
    """
    return " WITH count(*) AS done ".join(_numbered(parts))


def held(parts: Sequence[str]) -> str:
    """Put a whole write into one statement, whose parts get their numbers likewise.

    It gives the new revision, and no row where the ledger stands elsewhere or a part met nothing.
    """
    return " WITH l, count(*) AS done ".join([HOLD_LEDGER, *_numbered(parts), MOVE_LEDGER])


def _numbered(parts: Sequence[str]) -> Iterator[str]:
    for at, part in enumerate(parts):
        yield _PARAMETER.sub(lambda found, at=at: f"{found[0]}_{at}", part)  # type: ignore[misc]


_PARAMETER = re.compile(r"\$\w+")


def create_nodes(kind: EntityKind[Entity]) -> str:
    """Make nodes of a kind; `$rows` are maps of all their properties."""
    return f"UNWIND $rows AS row CREATE (n:{kind.label}) SET n = row"


def replace_nodes(kind: EntityKind[Entity]) -> str:
    """Put all properties of nodes anew; `$rows` are maps of all their properties."""
    return f"UNWIND $rows AS row MATCH (n:{kind.label} {{key: row.key}}) SET n = row"


def delete_nodes(kind: EntityKind[Entity]) -> str:
    """Remove nodes; `$keys` names them."""
    return f"UNWIND $keys AS key MATCH (n:{kind.label} {{key: key}}) DETACH DELETE n"


def create_relations(kind: RelationKind[Relation], source: str, target: str) -> str:
    """Make relationships between two kinds; rows hold `source`, `target` and `properties`.

    KeyError for a kind that there is not, so that none but a label of ours comes into Cypher.
    """
    return (
        f"UNWIND $rows AS row MATCH (a:{ENTITY[source].label} {{key: row.source}})"
        f" MATCH (b:{ENTITY[target].label} {{key: row.target}})"
        f" CREATE (a)-[r:{kind.type}]->(b) SET r = row.properties"
    )


def replace_relations(kind: RelationKind[Relation], source: str, target: str) -> str:
    """Put all properties of relationships anew; rows as in `create_relations`."""
    return f"{_matched(kind, source, target)} SET r = row.properties"


def delete_relations(kind: RelationKind[Relation], source: str, target: str) -> str:
    """Remove relationships; rows hold `source`, `target` and, where it has one, `key`."""
    return f"{_matched(kind, source, target)} DELETE r"


def _matched(kind: RelationKind[Relation], source: str, target: str) -> str:
    only = " WHERE r.key = row.key" if kind.keyed else ""
    return (
        f"UNWIND $rows AS row MATCH (a:{ENTITY[source].label} {{key: row.source}})"
        f"-[r:{kind.type}]->(b:{ENTITY[target].label} {{key: row.target}}){only}"
    )


def load_nodes(kind: EntityKind[Entity], *, paged: bool) -> str:
    """Load nodes of a kind as one row of columns, at most `$limit` of them.

    A column has a place for every node: what is not set comes as `false`, or as '' in a column of
    truth values, since collect() leaves nulls out. With `paged` the nodes come by key, from the one
    after `$after` on; sorting doubles the time, so a kind that fits one page is read without.
    """
    page = "WHERE n.key > $after WITH n ORDER BY n.key" if paged else "WITH n"
    columns = ", ".join(_column("n", prop) for prop in kind.properties)
    return f"MATCH (n:{kind.label}) {page} LIMIT $limit RETURN {columns}"


def load_relations(kind: RelationKind[Relation], source: str, target: str) -> str:
    """Load all relationships of a type between two kinds as one row of columns.

    With "" for a kind its ends may be of any, and their labels come in columns of their own.
    """
    columns = [
        f"collect({end}) AS `{name}`"
        for end, name in (
            ("a.key", "source key"),
            ("b.key", "target key"),
            ("head(labels(a))", "source kind"),
            ("head(labels(b))", "target kind"),
        )
        if end.endswith("key") or not source
    ]
    columns += [_column("r", prop) for prop in kind.properties]
    ends = [
        f"({name}:{label})" if label else f"({name})"
        for name, label in (("a", source), ("b", target))
    ]
    return f"MATCH {ends[0]}-[r:{kind.type}]->{ends[1]} RETURN {', '.join(columns)}"


def _column(name: str, prop: Property) -> str:
    absent = "''" if prop.shape is Shape.BOOLEAN else "false"
    return f"collect(coalesce({name}.`{prop.name}`, {absent})) AS `{prop.name}`"


_PAIRS_AT_ONCE = 6


def load_pairs() -> tuple[tuple[RelationKind[Relation], str, str], ...]:
    """Give each relationship type with each pair of kinds it may join.

    A type that joins many pairs comes once with "" for both: one statement in place of dozens.
    """
    return tuple(
        (kind, source, target)
        for kind in RELATIONS
        for source, target in (kind.ends if len(kind.ends) <= _PAIRS_AT_ONCE else (("", ""),))
    )
