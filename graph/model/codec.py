"""Between a property's value and its raw form: what a document, a log entry or an API input holds.

`parse_*` distrust what they get and collect every problem; `load_*` trust what this program wrote.
Dates are ISO 8601 texts; an instant without a zone is read as UTC.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from typing import TypeVar, cast
from zoneinfo import available_timezones

from graph.errors import ErrorCode, Violation
from graph.model.catalog import ENTITY, RELATION, EntityKind, Property, RelationKind
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.values import Json, Moment, Ref, Shape, Value
from graph.model.vocabulary import Term

K = TypeVar("K", bound=Entity)
Q = TypeVar("Q", bound=Relation)

MAX_KEY_LENGTH = 500
MAX_TEXT_LENGTH = 100_000
_UNTEXTUAL = re.compile("[\x00\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?")


class BadValue(ValueError):
    """A raw value that a property cannot take; the message says what it takes."""

    def __init__(
        self, message: str, code: ErrorCode = ErrorCode.INVALID_VALUE, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def shown(raw: object, length: int = 60) -> str:
    """Give a raw value as a person should see it in a message: quoted, and cut when long."""
    try:
        text = repr(str(raw)) if isinstance(raw, str) else str(raw)  # a Term as its word
    except ValueError:  # Python prints no number of more than 4,300 digits
        text = f"{type(raw).__name__} of too many digits to show"
    return text if len(text) <= length else text[: length - 1] + "…"


def near(word: str, known: Iterable[str]) -> str:
    """Give a hint with the closest known word, or with all of them where they are few."""
    choices = sorted(known)
    lowered = {choice.lower(): choice for choice in choices}
    match = get_close_matches(word.lower()[:100], lowered, n=1, cutoff=0.6)
    if match:
        return f"did you mean {lowered[match[0]]}?"
    return "one of: " + ", ".join(choices) if 0 < len(choices) <= 30 else ""


def parse_moment(raw: Json) -> Moment:
    """Read a day or an instant. BadValue when it is neither or not in the calendar."""
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        return _day(raw)
    return parse_instant(raw)


def parse_date(raw: Json) -> date:
    """Read a day, YYYY-MM-DD. BadValue when it is not one or not in the calendar."""
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        return _day(raw)
    msg = "takes a day, YYYY-MM-DD"
    raise BadValue(msg)


def parse_instant(raw: Json) -> datetime:
    """Read an instant, ISO 8601; without a zone it is UTC. BadValue when it is not one."""
    if isinstance(raw, str) and _INSTANT.fullmatch(raw):
        return _calendar(_in_utc, raw)
    msg = "takes a day, YYYY-MM-DD, or an instant such as 2026-03-01T09:30:00Z"
    raise BadValue(msg)


def _in_utc(raw: str) -> datetime:
    moment = datetime.fromisoformat(raw)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


D = TypeVar("D", date, datetime)


@lru_cache(maxsize=20_000)
def _day(raw: str) -> date:
    """Read a day: the same few thousand come again and again."""
    return _calendar(date.fromisoformat, raw)


def _calendar(read: Callable[[str], D], raw: str) -> D:
    try:
        return read(raw)
    except (ValueError, OverflowError) as error:
        msg = "is not a day of the calendar"
        raise BadValue(msg, hint="written as YYYY-MM-DD") from error


def _parse_number(raw: Json) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        msg = "takes a number"
        raise BadValue(msg)
    try:
        number = float(raw)
    except OverflowError as error:
        msg = "is too large a number"
        raise BadValue(msg) from error
    if not math.isfinite(number):
        msg = "takes a finite number"
        raise BadValue(msg)
    return number


def _parse_integer(raw: Json) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or abs(raw) >= 2**63:
        msg = "takes a whole number"
        raise BadValue(msg)
    return raw


def _parse_text(raw: Json) -> str:
    if not isinstance(raw, str):
        msg = "takes a text"
        raise BadValue(msg, hint="put it in quotes")
    if len(raw) > MAX_TEXT_LENGTH:
        msg = f"is a text of {len(raw):,} characters"
        raise BadValue(msg, ErrorCode.TOO_LARGE, f"at most {MAX_TEXT_LENGTH:,}")
    if _UNTEXTUAL.search(raw):
        msg = "holds a character that no text may hold (NUL or half of a surrogate pair)"
        raise BadValue(msg)
    return raw


def _parse_boolean(raw: Json) -> bool:
    if not isinstance(raw, bool):
        msg = "takes true or false"
        raise BadValue(msg)
    return raw


@cache
def _words(term: type[Term]) -> Mapping[str, Term]:
    """Give a list's words as written and in lower case: FS may come as fs."""
    written = {str(member): member for member in term}
    return {**{word.lower(): member for word, member in written.items()}, **written}


def _parse_term(term: type[Term], raw: Json) -> Term:
    if isinstance(raw, str):
        words = _words(term)
        member = words.get(raw) or words.get(re.sub(r"[\s-]", "_", raw).lower())
        if member is not None:
            return member
    written = [str(member) for member in term]
    msg = "takes one of " + ", ".join(written)
    raise BadValue(msg, hint=near(str(raw), written) if isinstance(raw, str) else "")


_PARSERS: Mapping[Shape, Callable[[Json], Value]] = {
    Shape.TEXT: _parse_text,
    Shape.INTEGER: _parse_integer,
    Shape.NUMBER: _parse_number,
    Shape.BOOLEAN: _parse_boolean,
    Shape.DATE: parse_date,
    Shape.INSTANT: parse_instant,
    Shape.MOMENT: parse_moment,
}


@cache
def _reader(prop: Property) -> Callable[[Json], Value]:
    """Give the function that reads one value of a property: made once, an import asks often."""
    if prop.term is not None:
        return partial(_parse_term, prop.term)
    if prop.record is not None:
        return partial(_parse_record, prop, tuple(map(_reader, prop.parts)))
    parse, spec = _PARSERS[prop.shape], prop.prop
    if spec.minimum is spec.maximum is None and not spec.pattern and prop.name != "time_zone":
        return parse
    return lambda raw: _bounded(prop, parse(raw))


def _parse_record(prop: Property, readers: tuple[Callable[[Json], Value], ...], raw: Json) -> Value:
    if not isinstance(raw, list | tuple) or len(raw) != len(readers):
        msg = "takes [" + ", ".join(part.name for part in prop.parts) + "]"
        raise BadValue(msg)
    make = cast("Callable[..., Value]", prop.record)
    return make(*[read(part) for read, part in zip(readers, raw, strict=True)])


def _bounded(prop: Property, value: Value) -> Value:
    spec = prop.prop
    if isinstance(value, int | float) and not isinstance(value, bool):
        if spec.minimum is not None and value < spec.minimum:
            msg = f"is below {spec.minimum:g}"
            raise BadValue(
                msg, ErrorCode.OUT_OF_RANGE, f"takes {_range(spec.minimum, spec.maximum)}"
            )
        if spec.maximum is not None and value > spec.maximum:
            msg = f"is above {spec.maximum:g}"
            raise BadValue(
                msg, ErrorCode.OUT_OF_RANGE, f"takes {_range(spec.minimum, spec.maximum)}"
            )
    if spec.pattern and isinstance(value, str) and not re.fullmatch(spec.pattern, value):
        msg = "does not have the form it needs"
        raise BadValue(msg, hint=spec.description)
    if prop.name == "time_zone" and value not in available_timezones():
        msg = "is not an IANA time zone"
        raise BadValue(msg, hint=near(str(value), available_timezones()) or "such as Europe/Vienna")
    return value


def _range(minimum: float | None, maximum: float | None) -> str:
    if minimum is None:
        return f"at most {maximum:g}"
    return f"{minimum:g} or more" if maximum is None else f"{minimum:g} to {maximum:g}"


def parse_value(prop: Property, raw: Json) -> Value:
    """Read the raw form of a property's value. Null gives the default. BadValue says what is wrong."""
    if raw is None:
        return prop.default
    read = _reader(prop)
    if not prop.many:
        return read(raw)
    if not isinstance(raw, list | tuple):
        msg = "takes a list"
        raise BadValue(msg, hint="put it in [ ]")
    return cast("Value", tuple([read(item) for item in raw]))


def parse_key(raw: Json) -> str:
    """Read a node's key: 1 to 500 printable characters without blanks at either end."""
    text = _parse_text(raw) if isinstance(raw, str) else raw
    if not isinstance(text, str) or not text or text != text.strip() or not text.isprintable():
        msg = "is not a key"
        raise BadValue(
            msg, ErrorCode.INVALID_KEY, "a key is a printable text without blanks around it"
        )
    if len(text) > MAX_KEY_LENGTH:
        msg = f"is a key of {len(text):,} characters"
        raise BadValue(msg, ErrorCode.INVALID_KEY, f"at most {MAX_KEY_LENGTH}")
    return text


def parse_properties(
    kind: EntityKind[K] | RelationKind[Q], raw: Mapping[str, Json], subject: str
) -> tuple[dict[str, Value], list[Violation]]:
    """Read the properties of a record: values by attribute name, and every problem found."""
    values: dict[str, Value] = {}
    problems: list[Violation] = []
    for name, item in raw.items():
        prop = kind.by_name.get(name)
        if prop is None or not prop.settable:
            problems.append(_unknown_property(kind, name, prop, subject))
            continue
        try:
            parse = parse_value if name != "key" else lambda _, key: parse_key(key)
            values[prop.attribute] = parse(prop, item)
        except BadValue as bad:
            message = f"{subject}: {name} {shown(item)} {bad}"
            problems.append(Violation(bad.code, message, subject, name, shown(item), bad.hint))
    return values, problems


def _unknown_property(
    kind: EntityKind[K] | RelationKind[Q], name: str, prop: Property | None, subject: str
) -> Violation:
    label = kind.label if isinstance(kind, EntityKind) else kind.type
    if prop is not None:
        message = f"{subject}: {name} is stamped by the service and cannot be set"
        return Violation(ErrorCode.IMMUTABLE, message, subject, name, hint="leave it out")
    known = [p.name for p in kind.properties if p.settable]
    message = f"{subject}: {label} has no property {shown(name)}"
    return Violation(ErrorCode.UNKNOWN_PROPERTY, message, subject, name, hint=near(name, known))


def dump_value(value: Value) -> Json:
    """Give the raw form of a value: ISO texts, lists, plain numbers."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Term):
        return str(value)
    if isinstance(value, tuple):
        return [dump_value(cast("Value", item)) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def dump_properties(thing: Entity | Relation, *, system: bool) -> dict[str, Json]:
    """Give a thing's properties that differ from their defaults, in catalogue order.

    `system` adds what the writer stamped: the log needs it, a document must not have it.
    """
    kind = RELATION[thing.TYPE] if isinstance(thing, Relation) else ENTITY[thing.KIND]
    raw: dict[str, Json] = {}
    for prop in kind.properties if system else kind.settable:
        value = getattr(thing, prop.attribute)
        if value is not prop.default and (prop.required or value != prop.default):
            raw[prop.name] = dump_value(value)
    return raw


def load_entity(label: str, raw: Mapping[str, Json]) -> Entity:
    """Make an entity of what `dump_properties` gave."""
    kind = ENTITY[label]
    return kind.make(_loaded(kind, raw))


def load_relation(type_: str, source: Ref, target: Ref, raw: Mapping[str, Json]) -> Relation:
    """Make a relationship of what `dump_properties` gave."""
    kind = RELATION[type_]
    return kind.make(source, target, _loaded(kind, raw))


def _loaded(kind: EntityKind[K] | RelationKind[Q], raw: Mapping[str, Json]) -> dict[str, Value]:
    return {
        kind.by_name[name].attribute: parse_value(kind.by_name[name], value)
        for name, value in raw.items()
    }


def parse_ref(raw: Json, subject: str, field: str, kinds: Sequence[str]) -> Ref | Violation:
    """Read `KIND/KEY`, where KIND must be one of `kinds`."""
    try:
        ref = Ref.parse(raw) if isinstance(raw, str) else None
    except ValueError:
        ref = None
    if ref is None:
        message = f"{subject}: {field} {shown(raw)} does not name a node"
        return Violation(
            ErrorCode.INVALID_VALUE, message, subject, field, shown(raw), "written as KIND/KEY"
        )
    if ref.kind not in ENTITY:
        message = f"{subject}: {field} {shown(raw)} has the unknown kind {ref.kind!r}"
        return Violation(
            ErrorCode.UNKNOWN_KIND, message, subject, field, shown(raw), near(ref.kind, kinds)
        )
    return ref
