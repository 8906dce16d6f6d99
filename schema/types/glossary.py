"""Words that the domain has no place for: what the codes mean."""

from collections.abc import Mapping

from graph.errors import ErrorCode

CODES: Mapping[ErrorCode, str] = {
    ErrorCode.UNKNOWN_KIND: "There is no kind of node of this name.",
    ErrorCode.UNKNOWN_PROPERTY: "The kind has no property of this name.",
    ErrorCode.UNKNOWN_RELATION: "There is no type of relationship of this name.",
    ErrorCode.INVALID_KEY: "A key has to be a printable text without blanks around it.",
    ErrorCode.INVALID_VALUE: "The property does not take this value.",
    ErrorCode.MISSING_VALUE: "A required property was not given.",
    ErrorCode.OUT_OF_RANGE: "The number is outside the bounds of the property.",
    ErrorCode.IMMUTABLE: "The property is set once or by the service, and cannot be changed.",
    ErrorCode.NOT_FOUND: "The thing is not in the graph.",
    ErrorCode.ALREADY_EXISTS: "The thing is in the graph already.",
    ErrorCode.END_MISSING: "A relationship's end is not in the graph.",
    ErrorCode.END_KIND: "The relationship does not join nodes of these kinds.",
    ErrorCode.TOO_MANY: "The node has as many of these relationships as it may have.",
    ErrorCode.SELF_REFERENCE: "The relationship would join a node to itself.",
    ErrorCode.LOOP: "The relationship would close a loop where none may be.",
    ErrorCode.NO_WEIGHT: "All that contributes to a thing would have the weight 0.",
    ErrorCode.CLOSED: "The cycle or objective is closed and takes no changes.",
    ErrorCode.DISSOLVED: "The team ended before what it would own begins.",
    ErrorCode.STILL_REFERENCED: "Relationships still refer to the node.",
    ErrorCode.CONFLICT: "The thing was changed since it was read.",
    ErrorCode.MALFORMED: "The input cannot be read.",
    ErrorCode.TOO_LARGE: "The value is larger than a limit.",
    ErrorCode.DUPLICATE: "The thing was given twice with different values.",
    ErrorCode.REFUSED: "The write breaks a rule.",
    ErrorCode.BAD_USAGE: "What was asked for does not exist or does not fit together.",
    ErrorCode.REVISION_UNKNOWN: "The revision is not there: not yet written, or too old.",
    ErrorCode.RESUME_FROM: "Too many writes came while the reader took none.",
    ErrorCode.CONTENDED: "Other writers came first too often; nothing was written.",
    ErrorCode.STORE_UNREACHABLE: "The database does not answer.",
    ErrorCode.STORE_UNAUTHORISED: "The database refuses the service.",
    ErrorCode.STORE_FOREIGN: "The database holds data of something else.",
    ErrorCode.STORE_NEWER: "The database was written by a newer version.",
    ErrorCode.OUTCOME_UNKNOWN: "The database went away while it kept the write: it is there as a"
    " whole, or not at all.",
    ErrorCode.STORE_FAILED: "The database failed; nothing was acknowledged.",
    ErrorCode.STORE_REPLACED: "The database was put back from a backup meanwhile: ask again.",
    ErrorCode.STORE_NOT_EMPTY: "A database that was to be put back from a backup is not empty.",
    ErrorCode.BACKUP_UNFIT: "What was given as a backup is not a whole one.",
    ErrorCode.STORE_FULL: "The database's disk has too little room left; nothing was written.",
    ErrorCode.ENGINE_BUSY: "Another process uses the data folder.",
    ErrorCode.ENGINE_FAILED: "The database could not be started or stopped.",
    ErrorCode.FORBIDDEN: "Whoever asks may not do this; the message names the role that it takes.",
}
"""What each code means, for `ProblemCode`."""
