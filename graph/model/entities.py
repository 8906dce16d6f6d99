"""The kinds of node, each a frozen declaration from which everything else follows.

A field's type gives the property's shape, its `Prop` the meaning, unit and bounds. A trailing
underscore (`from_`) is dropped in the property's name.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from graph.model.values import (
    AreaRating,
    Estimate,
    Moment,
    Prop,
    Ref,
    SeriesPoint,
    StateChange,
    Tranche,
)
from graph.model.vocabulary import (
    CycleState,
    CycleType,
    DateConstraint,
    Discipline,
    FlowItem,
    FlowState,
    KeyResultType,
    MetricDirection,
    ObjectiveState,
    ObjectiveType,
    ProductStage,
    ScenarioState,
    TeamType,
    ValueStreamType,
    Weekday,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """What every node has."""

    KIND: ClassVar[str] = ""

    key: Annotated[
        str, Prop("Readable name, unique within its kind, never changed.", immutable=True)
    ]
    name: Annotated[str | None, Prop("What people call it.")] = None
    description: Annotated[str | None, Prop("More words about it.")] = None
    tags: Annotated[tuple[str, ...], Prop("Free labels.")] = ()
    source: Annotated[str | None, Prop("The system it was imported from.")] = None
    source_id: Annotated[str | None, Prop("Its identifier in that system.")] = None
    created_at: Annotated[datetime | None, Prop("When it was first written.", system=True)] = None
    updated_at: Annotated[datetime | None, Prop("When it was last written.", system=True)] = None
    revision: Annotated[
        int, Prop("The graph's revision at which it was last written.", system=True)
    ] = 0

    @property
    def ref(self) -> Ref:
        """The reference that names this node."""
        return Ref(self.KIND, self.key)

    @property
    def title(self) -> str:
        """What to show a person: the name, or the key where there is none."""
        return self.name or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Company(Entity):
    """The organisation as a whole: its calendar and time zone hold for all below."""

    KIND: ClassVar[str] = "Company"

    time_zone: Annotated[
        str | None, Prop("IANA time zone in which its days begin, such as Europe/Vienna.")
    ] = None
    fiscal_year_start: Annotated[
        str | None,
        Prop(
            "First day of the fiscal year, MM-DD.",
            pattern="(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
            "|02-(0[1-9]|1[0-9]|2[0-8])",
        ),
    ] = None
    working_days: Annotated[
        tuple[Weekday, ...], Prop("Days of the week that are worked; empty means Monday to Friday.")
    ] = ()
    holidays: Annotated[tuple[date, ...], Prop("Days that are not worked.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueStream(Entity):
    """A flow of value to a customer, or to other value streams."""

    KIND: ClassVar[str] = "ValueStream"

    type: Annotated[ValueStreamType | None, Prop("What the stream is for.")] = None
    target_feature_share: Annotated[
        float | None, Prop("Wanted share of features.", "ratio 0-1", 0, 1)
    ] = None
    target_defect_share: Annotated[
        float | None, Prop("Wanted share of defects.", "ratio 0-1", 0, 1)
    ] = None
    target_risk_share: Annotated[
        float | None, Prop("Wanted share of risk work.", "ratio 0-1", 0, 1)
    ] = None
    target_debt_share: Annotated[
        float | None, Prop("Wanted share of debt work.", "ratio 0-1", 0, 1)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Entity):
    """Something that is built and used."""

    KIND: ClassVar[str] = "Product"

    stage: Annotated[ProductStage | None, Prop("Where it stands in its life.")] = None
    maturity: Annotated[str | None, Prop("Maturity in the organisation's own words.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Entity):
    """A long-lived group of people that builds products and delivers work."""

    KIND: ClassVar[str] = "Team"

    type: Annotated[TeamType | None, Prop("Its type in Team Topologies.")] = None
    capacity: Annotated[
        float | None, Prop("People it can put to work.", "full-time equivalents", 0)
    ] = None
    founded: Annotated[date | None, Prop("First day of the team.")] = None
    dissolved: Annotated[date | None, Prop("Day the team ended; null while it lasts.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Entity):
    """Someone who belongs to teams or owns objectives."""

    KIND: ClassVar[str] = "Person"

    discipline: Annotated[Discipline | None, Prop("What the person does.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle(Entity):
    """A stretch of time that is planned as one; cycles nest."""

    KIND: ClassVar[str] = "Cycle"

    type: Annotated[CycleType | None, Prop("How long it is meant to be.")] = None
    from_: Annotated[date | None, Prop("First day.")] = None
    to: Annotated[date | None, Prop("Last day, included.")] = None
    state: Annotated[CycleState, Prop("Whether it takes changes.")] = CycleState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective(Entity):
    """What an owner wants to reach. Its level follows from its owner."""

    KIND: ClassVar[str] = "Objective"

    type: Annotated[ObjectiveType, Prop("How it is meant to be judged.")] = ObjectiveType.COMMITTED
    state: Annotated[ObjectiveState, Prop("Where it stands in its life.")] = ObjectiveState.ACTIVE
    score: Annotated[
        float | None,
        Prop("Grade given at the close, beside the computed progress.", "ratio 0-1", 0, 1),
    ] = None
    score_by: Annotated[str | None, Prop("Who gave the score.")] = None
    score_note: Annotated[str | None, Prop("Why it was given.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResult(Entity):
    """How one sees that an objective is reached."""

    KIND: ClassVar[str] = "KeyResult"

    type: Annotated[KeyResultType, Prop("The rule for its progress.")] = KeyResultType.INCREASE
    unit: Annotated[str | None, Prop("Unit of start, target, low, high and current.")] = None
    start: Annotated[float | None, Prop("Value at the beginning.")] = None
    target: Annotated[float | None, Prop("Value to reach.")] = None
    low: Annotated[float | None, Prop("Lower bound of the stay_ kinds.")] = None
    high: Annotated[float | None, Prop("Upper bound of the stay_ kinds.")] = None
    current: Annotated[
        float | None, Prop("Value now; a later check-in takes its place. Null: no data.")
    ] = None
    confidence: Annotated[
        float | None, Prop("The owner's judgement that it will be reached.", "ratio 0-1", 0, 1)
    ] = None
    weight: Annotated[
        float | None,
        Prop("Weight among the contributors of its objective; null counts as 1.", minimum=0),
    ] = None
    outcome: Annotated[
        bool | None, Prop("True: an outcome for customers or business; false: an output.")
    ] = None
    score: Annotated[
        float | None,
        Prop("Grade given at the close, beside the computed progress.", "ratio 0-1", 0, 1),
    ] = None
    score_by: Annotated[str | None, Prop("Who gave the score.")] = None
    score_note: Annotated[str | None, Prop("Why it was given.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Entity):
    """A dated value of a key result, with the owner's confidence. Linked to it by FOR."""

    KIND: ClassVar[str] = "CheckIn"

    at: Annotated[Moment | None, Prop("When the value was read.")] = None
    value: Annotated[float | None, Prop("The value, in the key result's unit.")] = None
    confidence: Annotated[float | None, Prop("Judged then.", "ratio 0-1", 0, 1)] = None
    note: Annotated[str | None, Prop("What there is to say.")] = None
    by: Annotated[str | None, Prop("Who checked in.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem(Entity):
    """A piece of work, from an epic to a task."""

    KIND: ClassVar[str] = "WorkItem"

    flow: Annotated[FlowItem | None, Prop("Its flow item type.")] = None
    state: Annotated[
        FlowState | None, Prop("Where it stands now; the last of `states` where there are any.")
    ] = None
    states: Annotated[
        tuple[StateChange, ...], Prop("Its dated state history, oldest first: [state, moment].")
    ] = ()
    duration_days: Annotated[
        float | None, Prop("Fixed duration.", "days of the schedule's calendar", 0)
    ] = None
    estimate_days: Annotated[
        Estimate | None,
        Prop("[optimistic, likely, pessimistic].", "days of the schedule's calendar", 0),
    ] = None
    actual_start: Annotated[Moment | None, Prop("When work began.")] = None
    actual_finish: Annotated[Moment | None, Prop("When work ended.")] = None
    constraint: Annotated[
        DateConstraint | None, Prop("How its schedule is bound to `constraint_date`.")
    ] = None
    constraint_date: Annotated[date | None, Prop("The date of `constraint`.")] = None
    cost_of_delay: Annotated[
        float | None, Prop("What a day's delay costs.", "money or points per day", 0)
    ] = None

    @property
    def current_state(self) -> FlowState | None:
        """The last entry of the history, or the bare state where there is no history."""
        return self.states[-1].state if self.states else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Entity):
    """A business outcome over time, of a product or value stream. Linked to it by FOR."""

    KIND: ClassVar[str] = "Metric"

    unit: Annotated[str | None, Prop("Unit of the values.")] = None
    better: Annotated[MetricDirection | None, Prop("Which way it should go.")] = None
    points: Annotated[tuple[SeriesPoint, ...], Prop("[moment, value], oldest first.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback(Entity):
    """Something a customer said. Linked to products and work by FOR."""

    KIND: ClassVar[str] = "Feedback"

    at: Annotated[Moment | None, Prop("When it was said.")] = None
    score: Annotated[float | None, Prop("The customer's rating, on the channel's own scale.")] = (
        None
    )
    channel: Annotated[str | None, Prop("Where it came in.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine(Entity):
    """Money set aside, released in tranches by outcomes. Linked to what it funds by FOR."""

    KIND: ClassVar[str] = "BudgetLine"

    amount: Annotated[float | None, Prop("The whole sum.", "currency units", 0)] = None
    currency: Annotated[str | None, Prop("ISO 4217 code.", pattern=r"[A-Z]{3}")] = None
    spent: Annotated[float | None, Prop("Spent so far.", "currency units", 0)] = None
    investment: Annotated[FlowItem | None, Prop("The flow item type it is meant for.")] = None
    from_: Annotated[date | None, Prop("First day.")] = None
    to: Annotated[date | None, Prop("Last day, included.")] = None
    tranches: Annotated[
        tuple[Tranche, ...], Prop("[amount, progress that releases it, key of the key result].")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Entity):
    """A self-assessment of maturity. Linked to what was assessed by FOR."""

    KIND: ClassVar[str] = "Assessment"

    at: Annotated[Moment | None, Prop("When it was made.")] = None
    by: Annotated[str | None, Prop("Who made it.")] = None
    ratings: Annotated[tuple[AreaRating, ...], Prop("[area, stage] of each area rated.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Entity):
    """A what-if: changes over a base revision."""

    KIND: ClassVar[str] = "Scenario"

    base_revision: Annotated[int | None, Prop("The revision it starts from.", minimum=0)] = None
    state: Annotated[ScenarioState, Prop("Where it stands in its life.")] = ScenarioState.OPEN
