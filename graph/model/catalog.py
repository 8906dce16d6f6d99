"""The catalogue: every kind of node and relationship with its properties, read off the declarations.

Constraints, statements, log, import, export, filters and the API's types follow from it. To add a
kind: declare the class, add a line here.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, datetime
from functools import cached_property
from types import UnionType
from typing import Annotated, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from graph.model import entities as e
from graph.model import relations as r
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.values import Moment, Prop, Ref, Shape, Value
from graph.model.vocabulary import Term

E = TypeVar("E", bound=Entity)
R = TypeVar("R", bound=Relation)

_PLAIN: Mapping[object, Shape] = {
    str: Shape.TEXT,
    int: Shape.INTEGER,
    float: Shape.NUMBER,
    bool: Shape.BOOLEAN,
    date: Shape.DATE,
    datetime: Shape.INSTANT,
}


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """A property of a kind.

    `attribute` is its name in Python, `name` its name everywhere else. `many` says that the value
    is a list. `term` is the word list of a TERM, `record` the named tuple of a RECORD and `parts`
    the shapes of that tuple's fields.
    """

    name: str
    attribute: str
    shape: Shape
    many: bool
    required: bool
    default: Value
    prop: Prop
    term: type[Term] | None = None
    record: type[tuple[Value, ...]] | None = None
    parts: tuple["Property", ...] = ()

    @property
    def settable(self) -> bool:
        """Whether a caller may give it at all."""
        return not self.prop.system


@dataclass(frozen=True, eq=False)
class EntityKind(Generic[E]):
    """A kind of node. `label` is its label in Neo4j and its name everywhere."""

    cls: type[E]
    plural: str
    description: str
    properties: tuple[Property, ...]
    by_name: Mapping[str, Property]

    @cached_property
    def settable(self) -> tuple[Property, ...]:
        """The properties that a caller may give."""
        return tuple(prop for prop in self.properties if prop.settable)

    @property
    def label(self) -> str:
        """The kind's name."""
        return self.cls.KIND

    def make(self, values: Mapping[str, Value]) -> E:
        """Make a node of values by attribute name."""
        return cast("Callable[..., E]", self.cls)(**values)

    def altered(self, thing: E, values: Mapping[str, Value]) -> E:
        """Give the node with values, by attribute name, put over its own."""
        return cast("Callable[..., E]", replace)(thing, **values)


@dataclass(frozen=True, eq=False)
class RelationKind(Generic[R]):
    """A kind of relationship.

    `ends` lists the allowed (source kind, target kind) pairs. `single` lists the (source kind,
    target kind) pairs of which a source may have one at most; `single_target` those of which a
    target may have one at most. `outward` and `inward` are the words for walking it either way.
    """

    cls: type[R]
    ends: tuple[tuple[str, str], ...]
    outward: str
    inward: str
    description: str
    properties: tuple[Property, ...]
    by_name: Mapping[str, Property]
    single: frozenset[tuple[str, str]] = frozenset()
    single_target: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def settable(self) -> tuple[Property, ...]:
        """The properties that a caller may give."""
        return tuple(prop for prop in self.properties if prop.settable)

    @property
    def type(self) -> str:
        """The relationship's name."""
        return self.cls.TYPE

    def make(self, source: Ref, target: Ref, values: Mapping[str, Value]) -> R:
        """Make a relationship of its ends and values by attribute name."""
        return cast("Callable[..., R]", self.cls)(source=source, target=target, **values)

    def altered(self, thing: R, values: Mapping[str, Value]) -> R:
        """Give the relationship with values, by attribute name, put over its own."""
        return cast("Callable[..., R]", replace)(thing, **values)

    @property
    def keyed(self) -> bool:
        """Whether it has a key of its own, so that several may join the same two ends."""
        return "key" in self.by_name


def _shape(hint: object) -> tuple[Shape, type[Term] | None, type[tuple[Value, ...]] | None]:
    if hint == Moment:
        return Shape.MOMENT, None, None
    if hint in _PLAIN:
        return _PLAIN[hint], None, None
    if isinstance(hint, type) and issubclass(hint, Term):
        return Shape.TERM, hint, None
    if isinstance(hint, type) and issubclass(hint, tuple):
        return Shape.RECORD, None, hint
    msg = f"the catalogue has no shape for {hint!r}"
    raise TypeError(msg)


def _unwrap(hint: object) -> tuple[object, bool]:
    """Take `| None` and `tuple[X, ...]` off a hint; the flag says that it was a tuple."""
    if get_origin(hint) in {Union, UnionType} and hint != Moment:
        rest = tuple(arg for arg in get_args(hint) if arg is not type(None))
        hint = rest[0] if len(rest) == 1 else Moment
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    return hint, False


def _property(
    attribute: str, hint: object, prop: Prop, default: Value, *, required: bool
) -> Property:
    inner, many = _unwrap(hint)
    shape, term, record = _shape(inner)
    parts: tuple[Property, ...] = ()
    if record is not None:
        parts = tuple(
            _property(name, part, prop, None, required=True)
            for name, part in get_type_hints(record).items()
        )
    return Property(
        attribute.rstrip("_"), attribute, shape, many, required, default, prop, term, record, parts
    )


def _properties(cls: type[Entity] | type[Relation]) -> tuple[Property, ...]:
    hints = get_type_hints(cls, include_extras=True)
    found = []
    for field in fields(cls):
        hint = hints[field.name]
        if get_origin(hint) is not Annotated:
            continue
        inner, prop = get_args(hint)[:2]
        required = field.default is MISSING
        default = cast("Value", None if required else field.default)
        found.append(_property(field.name, inner, prop, default, required=required))
    return tuple(found)


def _text(cls: type) -> str:
    return (cls.__doc__ or "").split("\n\n")[0].strip()


def _entity(cls: type[E], plural: str) -> EntityKind[E]:
    properties = _properties(cls)
    return EntityKind(cls, plural, _text(cls), properties, {p.name: p for p in properties})


def _relation(
    cls: type[R],
    outward: str,
    inward: str,
    ends: str,
    *,
    single: str = "",
    single_target: str = "",
) -> RelationKind[R]:
    properties = _properties(cls)
    return RelationKind(
        cls,
        _pairs(ends),
        outward,
        inward,
        _text(cls),
        properties,
        {p.name: p for p in properties},
        frozenset(_pairs(single)),
        frozenset(_pairs(single_target)),
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Read `A B>C D; E>F`: every kind on the left to every kind on the right."""
    pairs: list[tuple[str, str]] = []
    for clause in filter(None, text.split(";")):
        left, right = clause.split(">")
        pairs.extend((a, b) for a in left.split() for b in right.split())
    return tuple(pairs)


_DEPENDENTS = "Team Product ValueStream WorkItem Objective KeyResult"


ENTITIES: tuple[EntityKind[Entity], ...] = (
    _entity(e.Company, "companies"),
    _entity(e.ValueStream, "value_streams"),
    _entity(e.Product, "products"),
    _entity(e.Team, "teams"),
    _entity(e.Person, "people"),
    _entity(e.Cycle, "cycles"),
    _entity(e.Objective, "objectives"),
    _entity(e.KeyResult, "key_results"),
    _entity(e.CheckIn, "check_ins"),
    _entity(e.WorkItem, "work_items"),
    _entity(e.Metric, "metrics"),
    _entity(e.Feedback, "feedback"),
    _entity(e.BudgetLine, "budget_lines"),
    _entity(e.Assessment, "assessments"),
    _entity(e.Scenario, "scenarios"),
)
"""All kinds of node, in the order in which documents list them."""

RELATIONS: tuple[RelationKind[Relation], ...] = (
    _relation(
        r.PartOf,
        "part_of",
        "parts",
        "ValueStream>Company ValueStream; Product Team>ValueStream; WorkItem>WorkItem; Cycle>Cycle",
        single="ValueStream>Company ValueStream; WorkItem>WorkItem; Cycle>Cycle",
    ),
    _relation(r.Builds, "builds", "built_by", "Team>Product"),
    _relation(r.MemberOf, "member_of", "members", "Person>Team"),
    _relation(
        r.Owns,
        "owns",
        "owned_by",
        "Company ValueStream Product Team Person>Objective",
        single_target="Company ValueStream Product Team Person>Objective",
    ),
    _relation(r.Measures, "measures", "measured_by", "KeyResult>Objective"),
    _relation(
        r.ContributesTo,
        "contributes_to",
        "contributors",
        "Objective WorkItem>Objective KeyResult",
    ),
    _relation(r.Supports, "supports", "supported_by", "Objective WorkItem>Objective KeyResult"),
    _relation(
        r.Continues,
        "continues",
        "continued_by",
        "Objective>Objective; KeyResult>KeyResult",
        single="Objective>Objective; KeyResult>KeyResult",
    ),
    _relation(
        r.InCycle,
        "in_cycle",
        "planned",
        "Objective WorkItem>Cycle",
        single="Objective WorkItem>Cycle",
    ),
    _relation(r.Delivers, "delivers", "delivered_by", "Team>WorkItem"),
    _relation(
        r.For,
        "for",
        "subject_of",
        "WorkItem>Product; CheckIn>KeyResult; Metric>Company ValueStream Product Team;"
        " Feedback>Product WorkItem; BudgetLine>Company ValueStream Product Team Objective;"
        " Assessment>Company ValueStream Product Team",
        single="CheckIn>KeyResult",
    ),
    _relation(
        r.DependsOn,
        "depends_on",
        "dependents",
        f"{_DEPENDENTS}>{_DEPENDENTS}",
    ),
    _relation(r.RelatesTo, "relates_to", "related_from", "WorkItem>WorkItem"),
)
"""All kinds of relationship, in the order in which documents list them."""

ENTITY: Mapping[str, EntityKind[Entity]] = {kind.label: kind for kind in ENTITIES}
RELATION: Mapping[str, RelationKind[Relation]] = {kind.type: kind for kind in RELATIONS}


def entity_kind(name: str) -> EntityKind[Entity] | None:
    """Look a node kind up by its name; None where there is none."""
    return ENTITY.get(name)


def relation_kind(name: str) -> RelationKind[Relation] | None:
    """Look a relationship kind up by its name; None where there is none."""
    return RELATION.get(name)


def common_properties() -> tuple[Property, ...]:
    """Give the properties that every kind of node has."""
    shared = {field.name for field in fields(Entity)}
    return tuple(prop for prop in ENTITIES[0].properties if prop.attribute in shared)
