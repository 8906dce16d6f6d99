"""YAML, record by record, from the parser's events: the document is never held as a whole.

Scalars are read as YAML 1.2 has them: null, true and false, numbers, else text; a day stays a
text. Anchors, aliases and tags are refused: a document needs none, and they are how small files
grow large or run code.
"""

import math
import re
from collections.abc import Iterator

import yaml

from graph.errors import ErrorCode, Violation
from graph.model.codec import shown
from graph.model.records import Record
from graph.model.values import Json
from seeds.form import Report, read_record
from seeds.jsonlines import MAX_LINE as MAX_RECORD
from seeds.jsonlines import Bytes
from seeds.jsontext import MAX_DEPTH

MAX_PASSED = 200
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # where libyaml is missing, only slower
_WORDS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class BadScalar(ValueError):
    """A plain scalar that no property can hold."""


def plain(text: str) -> Json:
    """Read an unquoted scalar as the core schema of YAML 1.2 does. BadScalar for NaN and infinity."""
    if text in _WORDS:
        return _WORDS[text]
    if _NO_NUMBER.fullmatch(text):
        msg = f"{text} is not a number that a document may hold"
        raise BadScalar(msg)
    try:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _BASED.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return _finite(text)
    except ValueError as error:  # more digits than Python reads
        msg = f"{shown(text)} is too long a number"
        raise BadScalar(msg) from error
    return text


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def read_yaml(stream: Bytes, source: str, report: Report) -> Iterator[Record]:
    """Give the records of a list, or of documents that each are a record or a list of them.

    A bad record is reported and costs only itself; behind a fault of the syntax nothing is read.
    """
    bounded = _Bounded(stream)
    reader = _Reader(bounded, source, report)
    try:
        yield from reader.records()
    except (yaml.YAMLError, _Endless) as error:
        hint = f"the last record that was read begins on line {reader.line}" if reader.line else ""
        report(_broken(error, bounded, source, hint or "no record was read"))


def _broken(error: Exception, stream: "_Bounded", source: str, hint: str) -> Violation:
    line = stream.line
    code = ErrorCode.MALFORMED
    if isinstance(error, _Endless):
        message, code = str(error), ErrorCode.TOO_LARGE
    elif isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        line = mark.line + 1
        words = ", ".join(filter(None, (error.context, error.problem)))
        message = f"not YAML: {words}, at column {mark.column + 1}"
    elif isinstance(error, yaml.reader.ReaderError):
        line = stream.line_of(error.position)
        message = f"not YAML: {error.reason} (0x{_code(error.character):02x})"
    else:
        message = f"not YAML: {error}"
    return Violation(code, message, hint=hint, source=source, line=line)


def _code(character: int | str | bytes) -> int:
    return character if isinstance(character, int) else ord(character)


class _Endless(Exception):
    """A record is larger, or nested deeper, than the parser should be asked to follow."""


class _Bounded:
    """Hands the parser its bytes, counts lines on the way and stops in a record without end."""

    def __init__(self, stream: Bytes) -> None:
        self._stream = stream
        self._room = MAX_RECORD
        self._before = 0
        self._lines = 0
        self._last = b""

    def read(self, size: int) -> bytes:
        self._before += len(self._last)
        self._lines += self._last.count(b"\n")
        self._last = self._stream.read(size)
        self._room -= len(self._last)
        if self._room < 0:
            msg = f"a record is larger than {MAX_RECORD // 2**20} MB"
            raise _Endless(msg)
        return self._last

    def begin_record(self) -> None:
        """Give the record that comes next the whole room."""
        self._room = MAX_RECORD

    def line_of(self, position: int) -> int:
        """Give the line of a byte in the part that was read last."""
        return self._lines + 1 + self._last.count(b"\n", 0, max(0, position - self._before))

    @property
    def line(self) -> int:
        """The line up to which was read."""
        return self.line_of(self._before + len(self._last))


class _Reader:
    """Builds records of events. A fault inside a record is kept until the record has ended."""

    def __init__(self, stream: _Bounded, source: str, report: Report) -> None:
        # The parser asks its stream for nothing but `read`.
        self._events: Iterator[yaml.Event] = yaml.parse(stream, Loader=_LOADER)  # type: ignore[arg-type]
        self._stream = stream
        self._source = source
        self._report = report
        self._fault: Violation | None = None
        self.line = 0

    def records(self) -> Iterator[Record]:
        for event in self._events:
            if isinstance(event, yaml.SequenceStartEvent):
                self._check(event)
                self._settle()
                for item in iter(self._next, None):
                    yield from self._record(item)
            elif isinstance(event, yaml.NodeEvent) and not _is_empty(event):
                yield from self._record(event)

    def _next(self) -> yaml.Event | None:
        """Give the next event of a sequence or mapping, None at its end."""
        event = next(self._events)
        ended = isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent)
        return None if ended else event

    def _record(self, event: yaml.Event) -> Iterator[Record]:
        self._stream.begin_record()
        line = _line(event)
        raw = self._node(event, 0)
        self.line = line
        if self._settle():
            return
        record = read_record(raw, self._source, line, self._report)
        if record is not None:
            yield record

    def _settle(self) -> bool:
        """Report the fault there is, and tell whether there was one."""
        fault, self._fault = self._fault, None
        if fault is not None:
            self._report(fault)
        return fault is not None

    def _node(self, event: yaml.Event, depth: int) -> Json:
        if isinstance(event, yaml.AliasEvent):
            self._blame(event, f"alias *{event.anchor}: a document has none", "write it out")
            return None
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        self._check(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if depth >= MAX_DEPTH:
            message = f"the record is nested more than {MAX_DEPTH} deep"
            self._blame(event, message, "properties are values and lists", ErrorCode.TOO_LARGE)
            self._pass_over()
            return None
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._node(item, depth + 1) for item in iter(self._next, None)]
        return self._mapping(depth)

    def _mapping(self, depth: int) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for event in iter(self._next, None):
            name = self._name(event, depth)
            if name in found:
                message = f"{shown(name)} is given twice in one record"
                self._blame(event, message, "keep one of the two", ErrorCode.DUPLICATE)
            found[name] = self._node(next(self._events), depth + 1)
        return found

    def _name(self, event: yaml.Event, depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            self._check(event)
            return event.value
        self._blame(event, "a name of a property is a plain text", "")
        self._node(event, depth + 1)
        return ""

    def _scalar(self, event: yaml.ScalarEvent) -> Json:
        if not event.implicit[0]:
            return event.value
        try:
            return plain(event.value)
        except BadScalar as bad:
            self._blame(event, str(bad), "leave it out, or put it in quotes")
            return None

    def _check(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._blame(event, f"anchor &{event.anchor}: a document has none", "write it out")
        if isinstance(event, yaml.ScalarEvent) and not _encodes(event.value):
            self._blame(event, "a text holds half of a surrogate pair", "write it in UTF-8")
        if event.tag is not None:
            self._blame(event, f"tag {event.tag}: a document has none", "put texts in quotes")

    def _pass_over(self) -> None:
        depth = 1
        while depth:
            event = next(self._events)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_PASSED:  # the parser's time grows with the square of the depth
                    msg = "a record is nested without end"
                    raise _Endless(msg)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1

    def _blame(
        self, event: yaml.Event, message: str, hint: str, code: ErrorCode = ErrorCode.MALFORMED
    ) -> None:
        """Keep a record's first fault, at its own line."""
        if self._fault is None:
            self._fault = Violation(
                code, message, hint=hint, source=self._source, line=_line(event)
            )


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return 0 if mark is None else mark.line + 1


def _encodes(text: str) -> bool:
    """Tell whether a text is one; libyaml sees to that itself, the parser in Python does not."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _is_empty(event: yaml.NodeEvent) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.implicit[0] and not event.value
