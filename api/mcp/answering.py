"""Answers to calls of tools: JSON that fits into what an agent can read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

MOST_BYTES: Final = 100_000
"""So long an answer may be; lists are cut to fit, and it is told what was left out."""
_ROWS: Final = (500, 200, 100, 50, 20, 10, 5, 2, 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool gives: an object, as text too; `failed` says that it tells errors."""

    content: Mapping[str, object]
    text: str
    failed: bool = False


def answered(revision: int, data: object) -> Answer:
    """Give an answer that stands on a revision, cut to fit."""
    content: dict[str, object] = {"revision": revision, "data": data}
    text = _written(content)
    for rows in _ROWS:
        if len(text) <= MOST_BYTES:
            break
        left_out: dict[str, int] = {}
        content = {"revision": revision, "data": _cut(data, rows, "", left_out)}
        if left_out:
            content["leftOut"] = left_out
            content["note"] = (
                f"Lists were cut to {rows} rows to fit; leftOut tells by path how many more there"
                " are. Narrow the question, or page through it with the tool graphql."
            )
        text = _written(content)
    if len(text) > MOST_BYTES:
        return refused(
            f"The answer has {len(text):,} bytes: the limit is {MOST_BYTES:,}."
            " Ask for fewer fields or rows with the tool graphql.",
            "ANSWER_TOO_LARGE",
        )
    return Answer(content, text)


def refused(message: str, code: str, hint: str = "") -> Answer:
    """Say why a tool gives nothing."""
    more = {"hint": hint} if hint else {}
    return failed([{"message": message, "extensions": {"code": code, **more}}])


def failed(errors: Sequence[Mapping[str, Any]]) -> Answer:
    """Tell errors as GraphQL has them, as they are read best."""
    content = {"errors": list(errors)}
    lines = []
    for error in errors:
        extensions = error.get("extensions") or {}
        hint = f" ({extensions['hint']})" if extensions.get("hint") else ""
        lines.append(f"{extensions.get('code', 'ERROR')}: {error['message']}{hint}")
    return Answer(content, "\n".join(lines), failed=True)


def _written(content: Mapping[str, object]) -> str:
    return orjson.dumps(content).decode()


def _cut(value: object, rows: int, path: str, left_out: dict[str, int]) -> object:
    """Give a value with its lists cut; what was left out is counted by path, without places."""
    if isinstance(value, dict):
        return {
            name: _cut(each, rows, f"{path}.{name}" if path else name, left_out)
            for name, each in value.items()
        }
    if not isinstance(value, list):
        return value
    if len(value) > rows:
        left_out[path] = left_out.get(path, 0) + len(value) - rows
    return [_cut(each, rows, f"{path}[]", left_out) for each in value[:rows]]
