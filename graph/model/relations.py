"""The kinds of relationship, each a frozen declaration. `X DEPENDS_ON Y` reads *X needs Y*."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, NamedTuple

from graph.model.values import Moment, Prop, Ref, StatusChange
from graph.model.vocabulary import (
    Criticality,
    DependencyStatus,
    DependencyType,
    InteractionMode,
    LinkType,
    RelatesToType,
)


class RelationRef(NamedTuple):
    """Names a relationship: its type and its key. Written `DEPENDS_ON/…`."""

    type: str
    key: str

    def __str__(self) -> str:
        """Give the written form."""
        return f"{self.type}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What every relationship has: its two ends, and the revision that last wrote it."""

    TYPE: ClassVar[str] = ""

    source: Ref
    target: Ref
    revision: Annotated[
        int, Prop("The graph's revision at which it was last written.", system=True)
    ] = 0

    @property
    def identity(self) -> str:
        """What tells it from others of its type: the two ends, or a key of its own."""
        return f"{self.source}->{self.target}"

    @property
    def ref(self) -> RelationRef:
        """The reference that names this relationship."""
        return RelationRef(self.TYPE, self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf(Relation):
    """The source is a part of the target."""

    TYPE: ClassVar[str] = "PART_OF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds(Relation):
    """The team builds the product."""

    TYPE: ClassVar[str] = "BUILDS"

    share: Annotated[
        float | None, Prop("Share of the team's capacity.", "ratio 0-1", minimum=0, maximum=1)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberOf(Relation):
    """The person belongs to the team."""

    TYPE: ClassVar[str] = "MEMBER_OF"

    role: Annotated[str | None, Prop("What the person does there.")] = None
    share: Annotated[
        float | None, Prop("Share of the person's time.", "ratio 0-1", minimum=0, maximum=1)
    ] = None
    since: Annotated[date | None, Prop("First day.")] = None
    until: Annotated[date | None, Prop("Last day, included; null while it lasts.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owns(Relation):
    """The source answers for the objective."""

    TYPE: ClassVar[str] = "OWNS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures(Relation):
    """The key result shows the progress of the objective."""

    TYPE: ClassVar[str] = "MEASURES"

    weight: Annotated[
        float | None,
        Prop("Weight among the objective's contributors; null: the key result's own.", minimum=0),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributesTo(Relation):
    """Progress flows from the source to the target."""

    TYPE: ClassVar[str] = "CONTRIBUTES_TO"

    weight: Annotated[
        float | None, Prop("Weight among the target's contributors; null counts as 1.", minimum=0)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supports(Relation):
    """The source is aligned with the target; no progress flows."""

    TYPE: ClassVar[str] = "SUPPORTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Continues(Relation):
    """The source goes on with what the target was: carried over to another cycle, or split off."""

    TYPE: ClassVar[str] = "CONTINUES"


@dataclass(frozen=True, slots=True, kw_only=True)
class InCycle(Relation):
    """The source is planned for the cycle."""

    TYPE: ClassVar[str] = "IN_CYCLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivers(Relation):
    """The team delivers the work item."""

    TYPE: ClassVar[str] = "DELIVERS"


@dataclass(frozen=True, slots=True, kw_only=True)
class For(Relation):
    """The source is about the target: work for a product, a check-in of a key result."""

    TYPE: ClassVar[str] = "FOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatesTo(Relation):
    """The two work items are related without one needing the other."""

    TYPE: ClassVar[str] = "RELATES_TO"

    type: Annotated[RelatesToType, Prop("How they are related.")] = RelatesToType.SEE_ALSO


_DEAD = (DependencyStatus.REJECTED, DependencyStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DependsOn(Relation):
    """The source needs the target. Has a key of its own: parallel ones are kept apart."""

    TYPE: ClassVar[str] = "DEPENDS_ON"

    key: Annotated[
        str, Prop("Unique among dependencies; derived from the ends if not given.", immutable=True)
    ] = ""
    type: Annotated[DependencyType | None, Prop("What is needed.")] = None
    link: Annotated[LinkType, Prop("Which ends are tied.")] = LinkType.FS
    lag_days: Annotated[
        float, Prop("Wait between the two ends; negative is a lead.", "days of the calendar")
    ] = 0.0
    status: Annotated[DependencyStatus, Prop("Where it stands in its life.")] = (
        DependencyStatus.IDENTIFIED
    )
    statuses: Annotated[
        tuple[StatusChange, ...],
        Prop("Its dated history, oldest first: [status, moment]."),
    ] = ()
    criticality: Annotated[Criticality | None, Prop("How much hangs on it.")] = None
    needed_by: Annotated[date | None, Prop("Day the dependent needs it.")] = None
    committed_by: Annotated[date | None, Prop("Day the other side promised.")] = None
    mode: Annotated[InteractionMode | None, Prop("How the two teams work together.")] = None
    until: Annotated[date | None, Prop("Day the interaction is meant to end.")] = None
    owner: Annotated[str | None, Prop("Who looks after it.")] = None
    requested_by: Annotated[str | None, Prop("Who asked for it.")] = None
    agreed_by: Annotated[str | None, Prop("Who promised it.")] = None
    note: Annotated[
        str | None, Prop("What was said at its last move, such as why it was rejected.")
    ] = None
    description: Annotated[str | None, Prop("More words about it.")] = None
    source_system: Annotated[str | None, Prop("The system it was imported from.")] = None

    @property
    def identity(self) -> str:
        """Its own key."""
        return self.key

    @property
    def status_since(self) -> Moment | None:
        """When it entered its status; None where its history does not tell."""
        last = self.statuses[-1] if self.statuses else None
        return last.at if last is not None and last.status is self.status else None

    @property
    def is_live(self) -> bool:
        """Whether it still binds: neither rejected nor cancelled."""
        return self.status not in _DEAD

    @property
    def is_open(self) -> bool:
        """Whether it is still owed: live and not resolved."""
        return self.is_live and self.status is not DependencyStatus.RESOLVED
