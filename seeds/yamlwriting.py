"""Writing a record as YAML: plain where no reader can mistake it, quoted in any doubt.

Quoted texts are written as JSON writes them, which is YAML too; so are days, which readers of
YAML 1.1 would not leave as texts.
"""

import json
import re
from collections.abc import Mapping, Sequence

from graph.model.values import Json

_WIDTH = 88
# One word or more that begin with a letter and hold nothing that YAML gives a meaning.
_PLAIN = re.compile(
    r"[^\W\d_][\w./@+()&;=<>~^$%*!'-]*( [\w./@+(&;=<>~^$%*!'-][\w./@+()&;=<>~^$%*!'-]*)*"
)
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# What JSON leaves as it is and YAML does not print, or takes for the end of a line.
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")


def yaml_record(raw: Mapping[str, Json]) -> str:
    """Write a record as one item of a list."""
    lines = [_property(name, value) for name, value in raw.items()]
    return "- " + "\n  ".join(lines) + "\n"


def _property(name: str, value: Json) -> str:
    label = f"{_text(name)}:"
    if isinstance(value, str):
        return f"{label} {_block(value) or _text(value)}"
    flow = f"{label} {_flow(value)}"
    if isinstance(value, Sequence) and value and len(flow) > _WIDTH:
        return label + "".join(f"\n    - {_flow(item)}" for item in value)
    return flow


def _flow(value: Json) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        inner = (f"{_quoted(name)}: {_flow(item)}" for name, item in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


def _block(text: str) -> str:
    """Write a text of several lines as such, or give "" where that would alter it."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if len(lines) < 2 or text[0].isspace() or _CONTROL.search(text) or _UNPRINTED.search(text):
        return ""
    if any(line != line.rstrip() for line in lines) or not lines[-1]:
        return ""
    inner = "\n".join(f"    {line}" if line else "" for line in lines)
    return ("|\n" if text.endswith("\n") else "|-\n") + inner
