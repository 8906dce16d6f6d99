"""Groups become teams, subprojects products, their leads people."""

from collections.abc import Iterator, Sequence

from graph.errors import ErrorCode
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from seeds.importers.rows import Row, nearest

SYSTEM = "kubernetes/community"


class Groups:
    """The groups of the community by their id."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows: dict[str, Row] = {}
        for row in rows:
            key = row.text("id")
            if not key:
                row.problem(ErrorCode.MISSING_VALUE, "the group has no id", field="id")
            elif key in self._rows:
                row.problem(ErrorCode.DUPLICATE, f"the group {key} is there twice", field="id")
            else:
                self._rows[key] = row
        self.products = [
            (f"{key}/{part.text('name')}", key, part)
            for key, row in self._rows.items()
            for part in row.rows("subprojects")
            if part.text("name")
        ]
        self.product_keys = frozenset(product for product, _, _ in self.products)

    def knows(self, key: str, row: Row, subject: str, field: str) -> bool:
        """Tell whether there is a group; reports one that is not, with the nearest."""
        if key in self._rows:
            return True
        message = f"{subject}: there is no group {key!r}"
        hint = nearest(key, tuple(self._rows)) or "the link was left out"
        row.problem(
            ErrorCode.END_MISSING, message, subject=subject, field=field, value=key, hint=hint
        )
        return False

    def nodes(self) -> Iterator[Record]:
        """Give teams, products and people."""
        for key, row in self._rows.items():
            yield _node("Team", key, row, row.text("mission"), [row.text("kind")])
        for key, _, row in self.products:
            yield _node("Product", key, row, row.text("description"), [])
        people: dict[str, Row] = {}
        for row in self._rows.values():
            for person, _ in _people(row):
                people.setdefault(person, row)
        for person, row in people.items():
            raw: dict[str, Json] = {"source": SYSTEM, "source_id": person}
            yield NodeRecord("Person", person, raw, row.source, row.line)

    def relations(self) -> Iterator[Record]:
        """Give who builds what, who belongs where, and which groups a working group needs."""
        for key, team, row in self.products:
            yield RelationRecord("BUILDS", f"Team/{team}", f"Product/{key}", {}, *_place(row))
        for key, row in self._rows.items():
            roles: dict[str, list[str]] = {}
            for person, role in _people(row):
                roles.setdefault(person, []).append(role)
            for person, found in roles.items():
                raw = {"role": ", ".join(found)}
                ends = f"Person/{person}", f"Team/{key}"
                yield RelationRecord("MEMBER_OF", *ends, raw, *_place(row))
        for key, row in self._rows.items():
            yield from self._stakes(key, row)

    def _stakes(self, key: str, row: Row) -> Iterator[Record]:
        subject = f"Team/{key}"
        for other in row.texts("stakeholder_sigs"):
            if other != key and self.knows(other, row, subject, "stakeholder_sigs"):
                raw: dict[str, Json] = {
                    "type": "knowledge",
                    "mode": "collaboration",
                    "source_system": SYSTEM,
                }
                yield RelationRecord("DEPENDS_ON", subject, f"Team/{other}", raw, *_place(row))


def _node(kind: str, key: str, row: Row, description: str, tags: Sequence[str]) -> NodeRecord:
    raw: dict[str, Json] = {"name": row.text("name") or key}
    if description:
        raw["description"] = description
    if any(tags):
        raw["tags"] = [tag for tag in tags if tag]
    return NodeRecord(kind, key, {**raw, "source": SYSTEM, "source_id": key}, *_place(row))


def _people(row: Row) -> Iterator[tuple[str, str]]:
    for person in row.texts("chairs"):
        yield person, "chair"
    for person in row.texts("tech_leads"):
        yield person, "tech lead"
    for part in row.rows("subprojects"):
        for person in part.texts("leads"):
            yield person, f"lead of {part.text('name')}"


def _place(row: Row) -> tuple[str, int]:
    return row.source, row.line
