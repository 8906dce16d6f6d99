"""The words of the Kubernetes enhancement process, read as forgivingly as the data needs."""

import re
from collections.abc import Mapping
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.process import extractOne

from graph.errors import ErrorCode
from seeds.importers.rows import Row

STAGES = ("alpha", "beta", "stable")
ENDING_STAGES = ("deprecated", "disabled", "removed")

PROVISIONAL, IMPLEMENTABLE, IMPLEMENTED = "provisional", "implementable", "implemented"
STATUSES = (
    PROVISIONAL, IMPLEMENTABLE, IMPLEMENTED, "deferred", "rejected", "withdrawn", "replaced",
)  # fmt: skip

# Words that were in use without being words of the process, and what they stood for.
_READ_AS: Mapping[str, str] = {
    "implemented (alpha)": IMPLEMENTABLE,
    "implemented (beta)": IMPLEMENTABLE,
    "removed": "withdrawn",
    "superseded": "replaced",
}
_UNSET = frozenset({"", "0.0", "tbd", "todo"})
_VERSION = re.compile(r"v?(1\.\d{1,2})")
_GATE = re.compile(r"[A-Za-z][A-Za-z0-9_{}]*")


def is_template(word: str) -> bool:
    """Tell whether a word is what the form of an enhancement holds before it is filled in."""
    return "|" in word or word.lower() in {"yyyy-mm-dd", "kep template"}


def status(word: str, row: Row, subject: str, field: str) -> str:
    """Read a status; "" for none. Reports every word that is not of the process."""
    if not word or word in STATUSES:
        return word
    if is_template(word):
        _odd(row, subject, field, word, "is the text of the template", "it has no state")
        return ""
    found = _READ_AS.get(word)
    if found is None:
        match = extractOne(word, STATUSES, scorer=fuzz.ratio, score_cutoff=85)
        found = match[0] if match else ""
    hint = f"read as {found}" if found else "one of " + ", ".join(STATUSES)
    _odd(row, subject, field, word, "is not a status", hint)
    return found


def stage(word: str, row: Row, subject: str, field: str) -> str:
    """Read a stage; "" for none. Reports what is none."""
    if not word or word in STAGES or word in ENDING_STAGES:
        return word
    words = "is the text of the template" if is_template(word) else "is not a stage"
    hint = "one of " + ", ".join((*STAGES, *ENDING_STAGES))
    _odd(row, subject, field, word, words, hint)
    return ""


def version(word: str, row: Row, subject: str, field: str) -> str:
    """Read a release as 1.N; "" for none. Reports what is neither a release nor left open."""
    if word.lower() in _UNSET:
        return ""
    found = _VERSION.fullmatch(word)
    if found is None:
        _odd(row, subject, field, word, "is not a release", "written as v1.N")
        return ""
    return found.group(1)


def day(word: str, row: Row, subject: str, field: str) -> date | None:
    """Read a day, None for none. Reports what is not a day of the calendar."""
    if not word:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
            return date.fromisoformat(word)
    except ValueError:
        pass
    words = "is the text of the template" if is_template(word) else "is not a day"
    _odd(row, subject, field, word, words, "written as YYYY-MM-DD")
    return None


def gates(row: Row, subject: str) -> list[str]:
    """Read the feature gates of an enhancement. Reports what cannot be the name of one."""
    found = []
    for word in row.texts("feature_gates"):
        if _GATE.fullmatch(word):
            found.append(word)
        else:
            _odd(row, subject, "feature_gates", word, "is not a feature gate", "leave it out")
    return found


def _odd(row: Row, subject: str, field: str, word: str, words: str, hint: str) -> None:
    message = f"{subject}: {field} {word!r} {words}"
    row.problem(
        ErrorCode.INVALID_VALUE, message, subject=subject, field=field, value=word, hint=hint
    )
