"""The form of a backup: one file that holds a graph, its log and who may use it.

Lines of JSON in gzip, one after the other: a head; the graph as a document, for people and for other
programs; the log, each commit as a head and numbered parts; tokens and refused writes; and an end,
which tells the number of lines and the SHA-256 of all that stands before it. What is restored is the
log: the graph follows from it, with every revision and instant. Reference: RFC 1952 (gzip).
"""

import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Protocol, TypeAlias, cast

import orjson

from graph.errors import BackupUnfit
from graph.model.access import REFUSALS_KEPT, AccessToken, RefusedWrite
from graph.model.changes import Commit
from graph.model.codec import dump_value, parse_instant
from graph.model.principals import Role
from graph.model.snapshot import Snapshot
from graph.store.changelog import Entry, dump_changes, load_changes

FORM: Final = 1
"""The version of this form."""
PAGE: Final = 200
"""Commits that are read from the log at a time."""
MAX_LINE: Final = 64 * 1024 * 1024
DOCUMENT: Final = (b'{"kind": ', b'{"rel": ')
"""How the lines of the document begin."""


class Source(Protocol):
    """What is backed up: see `Workspace`."""

    def snapshot(self) -> Snapshot:
        """Give the graph as it stands."""
        ...

    def changes(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Give the commits after a revision."""
        ...

    def refused(self, limit: int) -> Sequence[RefusedWrite]:
        """Give the newest writes that were refused, the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says of itself: the revision it stands at, and how large the graph is."""

    revision: int
    nodes: int
    relationships: int
    made_at: datetime
    made_by: str


Record: TypeAlias = Entry | AccessToken | RefusedWrite


def write_backup(
    source: Source,
    tokens: Sequence[AccessToken],
    document: Callable[[Snapshot, BinaryIO], None],
    stream: BinaryIO,
    made_by: str,
) -> Head:
    """Write a backup of the graph as it stands now, whatever is written meanwhile.

    `document` writes the graph as lines of JSON; `made_by` names the version of the program. Memory:
    a page of the log, beside the snapshot that is there anyway.
    """
    snapshot = source.snapshot()
    nodes, relationships = snapshot.count()
    head = Head(snapshot.revision, nodes, relationships, datetime.now(UTC), made_by)
    with gzip.GzipFile("", "wb", 6, stream, 0) as packed:
        counted = _Counted(cast("BinaryIO", packed))
        counted.line({"headwater_backup": FORM, **asdict(head)})
        document(snapshot, cast("BinaryIO", counted))
        for commit in _log(source, snapshot.revision):
            _write_commit(counted, commit)
        for token in tokens:
            counted.line({"token": asdict(token)})
        for refusal in reversed(source.refused(REFUSALS_KEPT)):
            counted.line({"refusal": asdict(refusal)})
        end = {"lines": counted.lines, "sha256": counted.digest.hexdigest()}
        packed.write(orjson.dumps({"end": end}) + b"\n")
    return head


def _log(source: Source, until: int) -> Iterator[Commit]:
    at = 0
    while at < until:
        page = source.changes(at, min(PAGE, until - at))
        if not page:
            message = f"the log ends at revision {at:,}, and the graph stands at {until:,}"
            raise BackupUnfit(message, "`headwater db check` says what is missing")
        yield from page
        at = page[-1].revision


def _write_commit(counted: "_Counted", commit: Commit) -> None:
    parts = list(dump_changes(commit.changes))
    told = {
        "revision": commit.revision,
        "at": dump_value(commit.at),
        "actor": commit.actor,
        "command": commit.command,
        "idempotency_key": commit.idempotency_key,
        "parts": len(parts),
    }
    counted.line({"commit": told})
    for part in parts:
        counted.line({"changes": part})


class _Counted:
    """Counts and hashes the lines that go through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = sha256()
        self.lines = 0

    def write(self, data: bytes) -> int:
        """Write whole lines."""
        self.digest.update(data)
        self.lines += data.count(b"\n")
        return self._stream.write(data)

    def line(self, value: object) -> None:
        """Write a line of JSON."""
        self.write(orjson.dumps(value) + b"\n")


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that is whole: what it says of itself, and the graph that its log leads to."""

    head: Head
    snapshot: Snapshot


class Backup:
    """A file that may be a backup. It is read line by line; BackupUnfit says why it is none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def checked(self) -> Checked:
        """Read all of it, and give what it holds. Nothing of a backup that is not whole is used."""
        head: Head | None = None
        snapshot = Snapshot.empty()
        for record in self._read():
            if isinstance(record, Head):
                head = record
            elif isinstance(record, Entry):
                snapshot = self._replayed(snapshot, record)
        assert head is not None
        found = (snapshot.revision, *snapshot.count())
        if found != (head.revision, head.nodes, head.relationships):
            raise self._unfit("its log does not lead to the graph that its head tells of")
        return Checked(head, snapshot)

    def records(self) -> Iterator[Record]:
        """Give the log and what is kept about access, in their order."""
        return (record for record in self._read() if not isinstance(record, Head))

    def _replayed(self, snapshot: Snapshot, entry: Entry) -> Snapshot:
        commit = entry.commit
        if commit.revision != snapshot.revision + 1:
            raise self._unfit(f"its log lacks revision {snapshot.revision + 1:,}")
        return snapshot.apply(commit.changes, revision=commit.revision, at=commit.at)

    def _read(self) -> Iterator[Head | Record]:
        try:
            with gzip.open(self.path, "rb") as packed:
                yield from self._records(_Lines(cast("BinaryIO", packed), self._unfit))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._unfit("it is truncated, or was altered") from error
        except (KeyError, TypeError, ValueError, LookupError) as error:
            raise self._unfit(f"it was altered, or is of another form: {error}") from error
        except OSError as error:
            raise self._unfit(error.strerror or "it cannot be read") from error

    def _records(self, lines: "_Lines") -> Iterator[Head | Record]:
        first = orjson.loads(next(lines, b"null"))
        if not isinstance(first, dict) or "headwater_backup" not in first:
            raise self._unfit("it does not begin as one does")
        if first.pop("headwater_backup") != FORM:
            raise self._unfit("it has a form that this version does not know")
        made_at = datetime.fromisoformat(first.pop("made_at"))
        yield Head(**first, made_at=made_at)
        for line in lines:
            if not line.startswith(DOCUMENT):
                raw = orjson.loads(line)
                if "end" in raw:
                    lines.end(raw["end"])
                    return
                yield _record(raw, lines)
        raise self._unfit("it is truncated: its end is missing")

    def _unfit(self, why: str) -> BackupUnfit:
        return BackupUnfit(f"{self.path} is no whole backup: {why}", "nothing was restored")


class _Lines:
    """The lines of a backup, counted and hashed, each but the last before it is given."""

    def __init__(self, stream: BinaryIO, unfit: Callable[[str], BackupUnfit]) -> None:
        self._stream = stream
        self._unfit = unfit
        self._digest = sha256()
        self._lines = 0
        self._held = b""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """Give the next line."""
        self._count()
        self._held = self._stream.readline(MAX_LINE)
        if not self._held:
            raise StopIteration
        if not self._held.endswith(b"\n"):
            raise self._unfit("it is truncated in the middle of a line")
        return self._held

    def _count(self) -> None:
        self._digest.update(self._held)
        self._lines += bool(self._held)

    def end(self, told: object) -> None:
        """Hold the last line against what came before it, and see that nothing follows."""
        found = {"lines": self._lines, "sha256": self._digest.hexdigest()}
        if told != found:
            raise self._unfit("it was altered: its checksum does not fit")
        if self._stream.read(1):
            raise self._unfit("it was altered: something follows its end")


def _record(raw: dict[str, object], lines: _Lines) -> Record:
    if "commit" in raw:
        head = dict(cast("dict[str, object]", raw["commit"]))
        parts = tuple(
            cast("str", orjson.loads(next(lines))["changes"])
            for _ in range(cast("int", head.pop("parts")))
        )
        changes = tuple(change for part in parts for change in load_changes(part))
        at = parse_instant(cast("str", head.pop("at")))
        return Entry(Commit(**head, at=at, changes=changes), parts)  # type: ignore[arg-type]
    if "token" in raw:
        return _token(cast("dict[str, object]", raw["token"]))
    found = dict(cast("dict[str, object]", raw["refusal"]))
    return RefusedWrite(**{**found, "at": _instant(found["at"])})  # type: ignore[arg-type]


def _token(raw: dict[str, object]) -> AccessToken:
    instants = {name: _instant(raw[name]) for name in ("created_at", "expires_at", "revoked_at")}
    teams = tuple(cast("list[str]", raw["teams"]))
    role = Role(cast("str", raw["role"]))
    return AccessToken(**{**raw, **instants, "teams": teams, "role": role})  # type: ignore[arg-type]


def _instant(raw: object) -> datetime | None:
    return None if raw is None else datetime.fromisoformat(cast("str", raw))
