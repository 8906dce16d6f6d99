"""The one error tree: every way Headwater says no, each with a code, a message and a way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ErrorCode(StrEnum):
    """What went wrong, for programs. The words for people are in the message."""

    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_PROPERTY = "unknown_property"
    UNKNOWN_RELATION = "unknown_relation"
    INVALID_KEY = "invalid_key"
    INVALID_VALUE = "invalid_value"
    MISSING_VALUE = "missing_value"
    OUT_OF_RANGE = "out_of_range"
    IMMUTABLE = "immutable"
    NOT_FOUND = "not_found"
    ALREADY_EXISTS = "already_exists"
    END_MISSING = "end_missing"
    END_KIND = "end_kind"
    TOO_MANY = "too_many"
    SELF_REFERENCE = "self_reference"
    LOOP = "loop"
    NO_WEIGHT = "no_weight"
    CLOSED = "closed"
    DISSOLVED = "dissolved"
    STILL_REFERENCED = "still_referenced"
    CONFLICT = "conflict"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    BAD_USAGE = "bad_usage"
    REVISION_UNKNOWN = "revision_unknown"
    RESUME_FROM = "resume_from"
    CONTENDED = "contended"
    STORE_UNREACHABLE = "store_unreachable"
    STORE_UNAUTHORISED = "store_unauthorised"
    STORE_FOREIGN = "store_foreign"
    STORE_NEWER = "store_newer"
    STORE_FAILED = "store_failed"
    STORE_FULL = "store_full"
    STORE_REPLACED = "store_replaced"
    STORE_NOT_EMPTY = "store_not_empty"
    BACKUP_UNFIT = "backup_unfit"
    OUTCOME_UNKNOWN = "outcome_unknown"
    ENGINE_BUSY = "engine_busy"
    ENGINE_FAILED = "engine_failed"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule or one bad record.

    `subject` names the thing (KIND/KEY, a relationship's name and ends, or "" where the record
    names none), `field` the property, `value` what was given (shortened), `hint` the way out.
    `line` is the 1-based line of the document it came from, None where it came from elsewhere.
    """

    code: ErrorCode
    message: str
    subject: str = ""
    field: str = ""
    value: str = ""
    hint: str = ""
    line: int | None = None
    source: str = ""

    def __str__(self) -> str:
        """Give the line a person reads: place, message, way out."""
        place = f"{self.source or 'line'}:{self.line}: " if self.line is not None else ""
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")


class HeadwaterError(Exception):
    """Base of all errors a caller may show: a code, a sentence, and the way out."""

    code: ErrorCode = ErrorCode.REFUSED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Give message and way out in one line."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class BadUsage(HeadwaterError):
    """The caller asked for something that does not exist or does not fit together."""

    code = ErrorCode.BAD_USAGE


class Refused(HeadwaterError):
    """A write broke rules, or a reading would have had to guess: all reasons are in `violations`."""

    code = ErrorCode.REFUSED

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        first = self.violations[0]
        more = len(self.violations) - 1
        super().__init__(f"{first.message}" + (f", and {more} more" if more else ""), first.hint)


class NotFound(HeadwaterError):
    """The thing that was asked for is not in the graph."""

    code = ErrorCode.NOT_FOUND


class Conflict(HeadwaterError):
    """The thing was changed since the caller read it: `current_revision` is what stands now."""

    code = ErrorCode.CONFLICT

    def __init__(self, message: str, hint: str = "", current_revision: int | None = None) -> None:
        super().__init__(message, hint)
        self.current_revision = current_revision


class Forbidden(HeadwaterError):
    """Whoever asks may not do this: the message names the role that it takes."""

    code = ErrorCode.FORBIDDEN


class Contended(HeadwaterError):
    """The write met other writers more often than the bound allows; nothing was written."""

    code = ErrorCode.CONTENDED


class RevisionUnknown(HeadwaterError):
    """The asked revision is not there: not yet written, or before the log begins.

    `oldest` is the first revision that the log has, where it begins later.
    """

    code = ErrorCode.REVISION_UNKNOWN

    def __init__(self, message: str, hint: str = "", oldest: int | None = None) -> None:
        super().__init__(message, hint)
        self.oldest = oldest


class ResumeFrom(HeadwaterError):
    """The reader fell too far behind to be told on: `revision` is the last that he was told of."""

    code = ErrorCode.RESUME_FROM

    def __init__(self, message: str, hint: str, revision: int) -> None:
        super().__init__(message, hint)
        self.revision = revision


class StoreUnreachable(HeadwaterError):
    """No database answers at the configured address."""

    code = ErrorCode.STORE_UNREACHABLE


class StoreUnauthorised(HeadwaterError):
    """The database refuses the user or the password."""

    code = ErrorCode.STORE_UNAUTHORISED


class StoreForeign(HeadwaterError):
    """The database holds data that is not ours: Headwater leaves it alone."""

    code = ErrorCode.STORE_FOREIGN


class StoreNewer(HeadwaterError):
    """The store was written by a newer version of Headwater."""

    code = ErrorCode.STORE_NEWER


class StoreFailed(HeadwaterError):
    """The database failed in a way that is none of the above; nothing was acknowledged."""

    code = ErrorCode.STORE_FAILED


class StoreFull(HeadwaterError):
    """The database's disk has too little room left for a write; nothing was written."""

    code = ErrorCode.STORE_FULL


class StoreReplaced(HeadwaterError):
    """The database was put back from a backup since it was loaded: its history is another one."""

    code = ErrorCode.STORE_REPLACED

    def __init__(self) -> None:
        message = "the database was put back from a backup while this was asked for"
        super().__init__(message, "ask again")


class StoreNotEmpty(HeadwaterError):
    """A database that was to be put back from a backup holds something already."""

    code = ErrorCode.STORE_NOT_EMPTY


class BackupUnfit(HeadwaterError):
    """What was given as a backup is none, or not all of one; nothing of it is used."""

    code = ErrorCode.BACKUP_UNFIT


class OutcomeUnknown(HeadwaterError):
    """The database went away while it kept a write: whether it did cannot be told now."""

    code = ErrorCode.OUTCOME_UNKNOWN

    def __init__(self) -> None:
        super().__init__(
            "the database went away while it kept this write: it is there as a whole, or not at all",
            "give it again with the same idempotency key, or look for it in the log once the"
            " database is back",
        )


class EngineBusy(HeadwaterError):
    """Another process uses this data folder."""

    code = ErrorCode.ENGINE_BUSY


class EngineFailed(HeadwaterError):
    """The engine could not be started or stopped."""

    code = ErrorCode.ENGINE_FAILED
