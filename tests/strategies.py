"""Hypothesis strategies read off the catalogue: a value for every property of every kind."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from graph.model.catalog import ENTITIES, EntityKind, Property, RelationKind
from graph.model.codec import dump_value
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.values import Json, Shape

HOSTILE = (
    "'; MATCH (n) DETACH DELETE n //",
    '"}) DETACH DELETE n //',
    "`key`",
    "$rows",
    "{key: 'x'}",
    "a/b->c:FS#2",
    "\\u0027",
    "null",
    "ß İ 中 🌊",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30),
)
keys = st.one_of(
    st.sampled_from([text for text in HOSTILE if text.isprintable()]),
    st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9./_:-]{0,12}", fullmatch=True),
)
dates = st.dates(date(1970, 1, 1), date(2100, 12, 31))
instants = st.datetimes(
    datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(2100, 12, 31, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.just(UTC),
)


def raw_values(prop: Property) -> st.SearchStrategy[Json]:
    """Give the raw form of values a property takes."""
    one = _one(prop)
    return st.lists(one, max_size=4) if prop.many else one


def _one(prop: Property) -> st.SearchStrategy[Json]:
    if prop.name in _FORMS:
        return st.sampled_from(_FORMS[prop.name])
    if prop.term is not None:
        return st.sampled_from([str(member) for member in prop.term])
    if prop.record is not None:
        return st.tuples(*map(_one, prop.parts)).map(list)
    if prop.shape is Shape.NUMBER:
        return _numbers(prop)
    return _SHAPES[prop.shape]


def _numbers(prop: Property) -> st.SearchStrategy[Json]:
    return st.floats(
        prop.prop.minimum if prop.prop.minimum is not None else -1e12,
        prop.prop.maximum if prop.prop.maximum is not None else 1e12,
        allow_nan=False,
    )


_FORMS: dict[str, list[Json]] = {
    "time_zone": ["Europe/Vienna", "UTC", "America/New_York"],
    "fiscal_year_start": ["01-01", "02-01", "12-31"],
    "currency": ["EUR", "USD"],
}

_SHAPES: dict[Shape, st.SearchStrategy[Json]] = {
    Shape.TEXT: texts,
    Shape.INTEGER: st.integers(0, 2**53),
    Shape.BOOLEAN: st.booleans(),
    Shape.DATE: dates.map(dump_value),
    Shape.INSTANT: instants.map(dump_value),
    Shape.MOMENT: st.one_of(dates, instants).map(dump_value),
}


def raw_properties(
    kind: EntityKind[Entity] | RelationKind[Relation],
) -> st.SearchStrategy[dict[str, Json]]:
    """Give raw properties of a kind that keep the rules between properties of one thing."""
    optional = {p.name: raw_values(p) for p in kind.settable if p.name != "key"}
    return st.fixed_dictionaries({}, optional=optional).map(_sane)


def _by_time(pair: list[str]) -> str:
    return pair[1].rstrip("Z")  # so that .5 of a second comes after the whole one


def _sane(raw: dict[str, Json]) -> dict[str, Json]:
    """Take out what a rule between properties would refuse; each rule has its own test."""
    if "estimate_days" in raw:
        raw["estimate_days"] = sorted(raw["estimate_days"])  # type: ignore[arg-type,type-var]
    if "statuses" in raw:
        raw["statuses"] = sorted(raw["statuses"], key=_by_time)  # type: ignore[arg-type]
    if "states" in raw:
        raw["states"] = sorted(raw["states"], key=_by_time)  # type: ignore[arg-type]
    for name in ("state",) if "states" in raw else ():
        raw.pop(name, None)
    for name in ("actual_finish", "constraint", "to", "high", "target"):
        raw.pop(name, None)
    return raw


kinds = st.sampled_from(ENTITIES)
