"""The closed word lists of the model, each word with its meaning."""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A word of a closed list. `description` says what it means, for people and for the API."""

    description: str

    def __new__(cls, value: str, description: str) -> Self:
        """Make a member that is its own text and carries its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class ValueStreamType(Term):
    """What a value stream is for."""

    CUSTOMER = "customer", "Delivers to customers outside the company."
    SUPPORTING = "supporting", "Serves other value streams of the company."


class ProductStage(Term):
    """Where a product stands in its life."""

    DISCOVERY = "discovery", "The problem and the market are being explored."
    GROWTH = "growth", "Adoption is being won."
    MATURE = "mature", "Established; kept healthy."
    SUNSET = "sunset", "Being retired."


class TeamType(Term):
    """The four team types of Team Topologies (Skelton and Pais, 2019)."""

    STREAM_ALIGNED = "stream_aligned", "Aligned to a flow of work, end to end."
    PLATFORM = "platform", "Provides services that other teams use by themselves."
    ENABLING = "enabling", "Helps other teams to gain a capability."
    COMPLICATED_SUBSYSTEM = "complicated_subsystem", "Owns a part that needs rare expertise."


class Discipline(Term):
    """What a person does."""

    PRODUCT_MANAGER = "product_manager", "Product management."
    ENGINEER = "engineer", "Engineering."
    DESIGNER = "designer", "Design."
    DATA = "data", "Data and analytics."
    DEVOPS = "devops", "DevOps and reliability."
    PRODUCT_OPERATIONS = "product_operations", "Product operations."
    OTHER = "other", "Anything else."


class Weekday(Term):
    """A day of the week."""

    MON = "mon", "Monday."
    TUE = "tue", "Tuesday."
    WED = "wed", "Wednesday."
    THU = "thu", "Thursday."
    FRI = "fri", "Friday."
    SAT = "sat", "Saturday."
    SUN = "sun", "Sunday."


class CycleType(Term):
    """How long a cycle is meant to be."""

    YEAR = "year", "A year."
    QUARTER = "quarter", "A quarter."
    INCREMENT = "increment", "A planning increment or a release within a quarter."


class CycleState(Term):
    """Whether a cycle takes changes."""

    PLANNED = "planned", "Not begun."
    OPEN = "open", "In progress."
    CLOSED = "closed", "Scored and shut."


class ObjectiveType(Term):
    """How an objective is meant to be judged."""

    COMMITTED = "committed", "Expected to be reached in full."
    ASPIRATIONAL = "aspirational", "A stretch; about 70 % counts as success."


class ObjectiveLevel(Term):
    """Where in the organisation an objective stands: it follows from its owner."""

    COMPANY = "company", "Owned by the company."
    VALUE_STREAM = "value_stream", "Owned by a value stream."
    PRODUCT = "product", "Owned by a product."
    TEAM = "team", "Owned by a team."
    PERSON = "person", "Owned by a person."
    UNOWNED = "unowned", "Nobody owns it."


class PaceStatus(Term):
    """How progress compares with what the day asks for."""

    ON_TRACK = "on_track", "At least 95 % of what the day asks for."
    LAGGING = "lagging", "At least 75 % of it."
    AT_RISK = "at_risk", "Less than that."
    NO_DATA = "no_data", "Nothing is known yet."


class ObjectiveState(Term):
    """The life of an objective."""

    DRAFT = "draft", "Being written; not yet agreed."
    ACTIVE = "active", "Agreed and pursued."
    CLOSED = "closed", "Ended and scored."
    DROPPED = "dropped", "Given up before its end."


class KeyResultType(Term):
    """The six kinds of key result; each has its own rule for progress."""

    INCREASE = "increase", "Bring the value up from start to target."
    DECREASE = "decrease", "Bring the value down from start to target."
    REACH = "reach", "A milestone: reached or not."
    STAY_ABOVE = "stay_above", "Keep the value at or above `low` (or `target`)."
    STAY_BELOW = "stay_below", "Keep the value at or below `high` (or `target`)."
    STAY_WITHIN = "stay_within", "Keep the value between `low` and `high`, both included."


class FlowItem(Term):
    """The four flow items of the Flow Framework (Kersten, Project to Product, 2018)."""

    FEATURE = "feature", "New business value."
    DEFECT = "defect", "Quality: something that does not work as it should."
    RISK = "risk", "Security, governance, compliance."
    DEBT = "debt", "Removal of impediments to future delivery."


class FlowState(Term):
    """The five flow states that every tool's own states map to."""

    NEW = "new", "Opened, not committed."
    WAITING = "waiting", "Committed and held: to do, blocked, ready, waiting for approval."
    ACTIVE = "active", "Being worked on."
    DONE = "done", "Finished."
    CANCELLED = "cancelled", "Given up."


class DateConstraint(Term):
    """A date the schedule of a work item is bound to."""

    AS_SOON_AS_POSSIBLE = "as_soon_as_possible", "No date; the default."
    START_NO_EARLIER_THAN = "start_no_earlier_than", "Starts on the date or later."
    START_NO_LATER_THAN = "start_no_later_than", "Starts on the date or earlier."
    FINISH_NO_EARLIER_THAN = "finish_no_earlier_than", "Finishes on the date or later."
    FINISH_NO_LATER_THAN = "finish_no_later_than", "Finishes on the date or earlier."
    MUST_START_ON = "must_start_on", "Starts on the date."
    MUST_FINISH_ON = "must_finish_on", "Finishes on the date."


class LinkType(Term):
    """Which ends of two work items a dependency ties together (predecessor first)."""

    FS = "FS", "Finish to start: the dependent starts after what it needs has finished."
    SS = "SS", "Start to start: the dependent starts after what it needs has started."
    FF = "FF", "Finish to finish: the dependent finishes after what it needs has finished."
    SF = "SF", "Start to finish: the dependent finishes after what it needs has started."


class DependencyType(Term):
    """What is needed from the other side."""

    DELIVERY = "delivery", "Something has to be built or handed over."
    KNOWLEDGE = "knowledge", "Know-how or a decision is needed."
    TECHNICAL = "technical", "One thing does not work without the other."
    APPROVAL = "approval", "Someone has to agree."


class DependencyStatus(Term):
    """The life of a dependency."""

    IDENTIFIED = "identified", "Seen, nobody asked yet."
    REQUESTED = "requested", "Asked for."
    AGREED = "agreed", "Promised."
    IN_PROGRESS = "in_progress", "Being worked on."
    RESOLVED = "resolved", "Delivered."
    REJECTED = "rejected", "Refused by the other side."
    CANCELLED = "cancelled", "No longer needed."


class Criticality(Term):
    """How much hangs on a dependency; weights 1, 2, 4 and 8 in the bottleneck analysis."""

    LOW = "low", "An inconvenience if it fails."
    MEDIUM = "medium", "A part of the work is affected."
    HIGH = "high", "The work is affected as a whole."
    CRITICAL = "critical", "The work fails without it."


class InteractionMode(Term):
    """How two teams work together (Team Topologies)."""

    COLLABORATION = "collaboration", "Closely, for a limited time."
    X_AS_A_SERVICE = "x_as_a_service", "One consumes what the other provides."
    FACILITATING = "facilitating", "One helps the other to learn."


class MetricDirection(Term):
    """Which way a business metric should go."""

    HIGHER = "higher", "More is better."
    LOWER = "lower", "Less is better."


class MaturityArea(Term):
    """The seven areas in which a product operating model matures."""

    VISIBILITY_AND_ALIGNMENT = "visibility_and_alignment", "Visibility and alignment."
    SUCCESS_MEASUREMENT = "success_measurement", "How success is measured."
    ORGANISATION = "organisation", "How people are organised."
    PLANNING = "planning", "How plans are made."
    FUNDING = "funding", "How work is funded."
    DELIVERY_TIMEFRAMES = "delivery_timeframes", "How delivery is timed."
    RISK = "risk", "How risk is handled."


class MaturityStage(Term):
    """How far an area has come from traditional to product."""

    TRADITIONAL = "traditional", "Run in projects."
    EXPERIMENTING = "experimenting", "First trials."
    EXPANDING = "expanding", "Several areas work this way."
    OPERATIONALIZING = "operationalizing", "The usual way of working."
    APPROACHING_MATURITY = "approaching_maturity", "Nearly everywhere, and improving."


class ScenarioState(Term):
    """The life of a what-if."""

    OPEN = "open", "Being worked on."
    MERGED = "merged", "Its changes are in the real graph."
    DISCARDED = "discarded", "Given up."


class RelatesToType(Term):
    """How two work items are related without one needing the other."""

    SEE_ALSO = "see_also", "Worth reading together."
    REPLACES = "replaces", "The first takes the place of the second."
    DUPLICATES = "duplicates", "Both say the same."
