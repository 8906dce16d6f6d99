"""JSON as strictly as a document needs it, and the line on which each part of a text begins."""

import json
from collections.abc import Iterator
from typing import NoReturn, cast

from graph.errors import ErrorCode
from graph.model.codec import shown
from graph.model.values import Json

MAX_DEPTH = 32
MAX_RECORD = 16 * 2**20
_BLANK = " \t\r\n"


class BadJson(Exception):
    """A text that is not JSON, or JSON that no document may hold. `line` counts from 1."""

    def __init__(
        self, message: str, line: int = 1, hint: str = "", code: ErrorCode = ErrorCode.MALFORMED
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.hint = hint
        self.code = code


def parse(text: str) -> Json:
    """Read one JSON value. BadJson when it is none, or has a name twice, NaN or half a surrogate."""
    found, end = _decode(text, _skip(text, 0))
    end = _skip(text, end)
    if end != len(text):
        message = f"more follows after the end of the value, at column {end + 1}"
        raise BadJson(message, hint="one record a line")
    return found


class JsonText:
    """A text of JSON that is walked part by part, each with its line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._seen = 0
        self._line = 1

    def items(self) -> Iterator[tuple[int, Json]]:
        """Give line and value of each item of the list that comes next."""
        self._expect("[")
        more = self._peek() != "]"
        while more:
            yield self._value()
            more = self._another()
        self._expect("]")

    def values(self) -> Iterator[tuple[int, Json]]:
        """Give line and value of each item of a list, or of values that follow one another."""
        while (mark := self._peek()) == "[":
            yield from self.items()
        while mark:
            yield self._value()
            mark = self._peek()

    def members(self) -> Iterator[str]:
        """Give the names of the object that comes next; the caller takes each value."""
        self._expect("{")
        more = self._peek() != "}"
        while more:
            line, name = self._value()
            if not isinstance(name, str):
                raise BadJson(f"{shown(name)} is not a name", line)
            self._expect(":")
            yield name
            more = self._another()
        self._expect("}")

    def take(self) -> Json:
        """Give the value that comes next."""
        return self._value()[1]

    def _value(self) -> tuple[int, Json]:
        self._peek()
        line = self._here()
        found, self._at = _decode(self._text, self._at, line)
        return line, found

    def _another(self) -> bool:
        if self._peek() != ",":
            return False
        self._at += 1
        return True

    def _peek(self) -> str:
        self._at = _skip(self._text, self._at)
        return self._text[self._at : self._at + 1]

    def _here(self) -> int:
        self._line += self._text.count("\n", self._seen, self._at)
        self._seen = self._at
        return self._line

    def _expect(self, mark: str) -> None:
        found = self._peek()
        if found != mark:
            words = repr(found) if found else "the end"
            raise BadJson(f"not JSON: {mark!r} is expected, {words} stands there", self._here())
        self._at += 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"{shown(twice)} is given twice in one record"
        raise BadJson(message, hint="keep one of the two", code=ErrorCode.DUPLICATE)
    return found


def _constant(word: str) -> NoReturn:
    raise BadJson(f"{word} is not a number that JSON knows", hint="leave it out, or write null")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _decode(text: str, at: int, line: int = 1) -> tuple[Json, int]:
    try:
        found, end = cast("tuple[Json, int]", _DECODER.raw_decode(text, at))
    except BadJson as bad:
        raise BadJson(bad.message, line, bad.hint, bad.code) from None
    except json.JSONDecodeError as error:
        where = line + text.count("\n", at, error.pos)
        message = f"not JSON: {error.msg}, at column {error.colno}"
        raise BadJson(message, where, _way_out(text, error.pos)) from None
    except RecursionError:
        raise _too_deep(line) from None
    except ValueError as error:  # a whole number with more digits than Python reads
        raise BadJson(f"not JSON: {error}", line) from None
    if end - at > MAX_RECORD:
        message = f"a record is larger than {MAX_RECORD // 2**20} MB"
        raise BadJson(message, line, code=ErrorCode.TOO_LARGE)
    # The marks may stand inside texts; only when there are many is the value itself looked at.
    if text.count("[", at, end) + text.count("{", at, end) > MAX_DEPTH and _depth(found):
        raise _too_deep(line)
    if text.find("\\u", at, end) >= 0 and not _encodes(found):
        message = "a text holds half of a surrogate pair"
        raise BadJson(message, line, "write the character itself, in UTF-8")
    return found, end


def _way_out(text: str, at: int) -> str:
    """Give a hint on what is often found where JSON is expected, and is none."""
    if text.startswith(("//", "/*", "#"), at):
        return "JSON has no comments; YAML has"
    if text.startswith(("]", "}"), at) and text[:at].rstrip(_BLANK).endswith(","):
        return "leave the comma before it out"
    if text.startswith("'", at):
        return "texts stand in double quotes"
    return ""


def _too_deep(line: int) -> BadJson:
    message = f"the record is nested more than {MAX_DEPTH} deep"
    return BadJson(message, line, "properties are values and lists", ErrorCode.TOO_LARGE)


def _depth(value: Json, limit: int = MAX_DEPTH) -> bool:
    """Tell whether a value is nested deeper than the limit."""
    if isinstance(value, dict):
        return limit == 0 or any(_depth(item, limit - 1) for item in value.values())
    if isinstance(value, list):
        return limit == 0 or any(_depth(item, limit - 1) for item in value)
    return False


def _encodes(value: Json) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
