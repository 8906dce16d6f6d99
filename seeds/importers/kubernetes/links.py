"""Links between enhancements: what needs what, what replaces what, what belongs together."""

from collections.abc import Iterable, Iterator, Mapping

from graph.errors import ErrorCode
from graph.model.records import Record, RelationRecord
from graph.model.values import Json
from seeds.importers.kubernetes.enhancements import Enhancement
from seeds.importers.rows import Row, nearest

SYSTEM = "kubernetes/enhancements"
NEEDS = "requires_feature_gate"
_KINDS = ("see_also", "replaces", "superseded_by", NEEDS)

Pair = tuple[str, str]


def links(
    rows: Iterable[Row], gates: Iterable[Row], items: Mapping[str, Enhancement]
) -> Iterator[Record]:
    """Give the relationships between enhancements, each pair once."""
    good = [row for row in rows if _is_good(row.text("type"), _pair(row), row, items)]
    reasons = _reasons(gates, items)
    needs = {pair: found[0] for pair, found in reasons.items()}
    needs |= {_pair(row): row for row in good if row.text("type") == NEEDS}
    for (one, other), row in needs.items():
        words = "; ".join(reason.text("description") for reason in reasons.get((one, other), ()))
        yield _need(items[one], items[other], words, row)
    for (one, other), row in _related(good).items():
        raw: dict[str, Json] = {} if row.text("type") == "see_also" else {"type": "replaces"}
        ends = items[one].ref, items[other].ref
        yield RelationRecord("RELATES_TO", *ends, raw, row.source, row.line)


def _pair(row: Row) -> Pair:
    return row.text("from_kep"), row.text("to_kep")


def _related(rows: Iterable[Row]) -> dict[Pair, Row]:
    """Give the pairs that are related; what replaces another is worth reading anyway."""
    found: dict[Pair, Row] = {}
    for row in rows:
        kind, pair = row.text("type"), _pair(row)
        if kind == "superseded_by":
            found[pair[::-1]] = row
        elif kind == "replaces" or (kind == "see_also" and pair not in found):
            found[pair] = row
    return found


def _is_good(kind: str, pair: Pair, row: Row, items: Mapping[str, Enhancement]) -> bool:
    if kind not in _KINDS:
        message = f"there is no link {kind!r}"
        hint = nearest(kind, _KINDS) or "one of " + ", ".join(_KINDS)
        row.problem(ErrorCode.UNKNOWN_RELATION, message, field="type", value=kind, hint=hint)
        return False
    good = True
    for field, number in zip(("from_kep", "to_kep"), pair, strict=True):
        if number not in items:
            message = f"there is no enhancement {number!r}"
            hint = "the link was left out"
            row.problem(ErrorCode.END_MISSING, message, field=field, value=number, hint=hint)
            good = False
    if good and pair[0] == pair[1]:
        row.problem(ErrorCode.SELF_REFERENCE, f"kep-{pair[0]} is linked to itself")
    return good and pair[0] != pair[1]


def _reasons(gates: Iterable[Row], items: Mapping[str, Enhancement]) -> dict[Pair, list[Row]]:
    """Give, for each pair, the gates by which the first needs the second, as rows with words."""
    found: dict[Pair, list[Row]] = {}
    for row in gates:
        gate, required = row.text("gate"), row.text("requires_gate")
        dependents, needed = row.text("gate_keps").split(), row.text("requires_keps").split()
        for name, keps in ((gate, dependents), (required, needed)):
            if not keps:
                message = f"no enhancement lists the feature gate {name!r}"
                row.problem(
                    ErrorCode.END_MISSING, message, value=name, hint="the need was left out"
                )
        reason = row.within({"description": f"gate {gate} requires {required}"})
        for pair in ((one, other) for one in dependents for other in needed if one != other):
            if _is_good(NEEDS, pair, row, items):
                found.setdefault(pair, []).append(reason)
    return found


def _need(one: Enhancement, other: Enhancement, words: str, row: Row) -> RelationRecord:
    status = "resolved" if other.is_done else "in_progress"
    raw: dict[str, Json] = {
        "type": "technical",
        "link": "FF",
        "status": "cancelled" if one.is_cancelled else status,
        "criticality": "high",
    }
    if words:
        raw["description"] = words
    raw["source_system"] = SYSTEM
    return RelationRecord("DEPENDS_ON", one.ref, other.ref, raw, row.source, row.line)
