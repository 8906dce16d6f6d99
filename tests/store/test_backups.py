"""Backups: what one holds comes back as it was, and one that is not whole does nothing."""

import gzip
import random
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.dbcheck import checked
from graph.commands import CreateNode, DeleteNode, Import, Link, UpdateNode
from graph.errors import (
    BackupUnfit,
    Conflict,
    HeadwaterError,
    StoreForeign,
    StoreNotEmpty,
    StoreReplaced,
)
from graph.model.access import AccessToken
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.changes import NodeChange
from graph.model.entities import Team
from graph.model.principals import Role
from graph.model.records import NodeRecord
from graph.model.values import Ref
from graph.store.backups import MAX_LINE, Backup, Record, write_backup
from graph.store.connection import Connection
from graph.store.protocol import Moved, Write
from graph.store.restoring import restore
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from seeds.writing import write_document
from tests.cleaning import emptied
from tests.telling import same_graph

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = AccessToken("t1", "ann", Role.PLANNER, ("a", "b"), "ann", "0" * 64, AT, AT, None)


def everything(workspace: Workspace) -> None:
    """Write some of every kind, alter and remove some, and be refused something."""
    nodes = [NodeRecord(kind.label, f"{kind.label}-{n}") for kind in ENTITIES for n in (1, 2)]
    workspace.execute(Import(nodes), actor="ann", idempotency_key="first")
    for kind in RELATIONS:
        source, target = kind.ends[0]
        link = Link(kind.type, Ref(source, f"{source}-1"), Ref(target, f"{target}-2"))
        workspace.execute(link, actor="bob")
    workspace.execute(UpdateNode(Ref("Team", "Team-1"), {"name": "Ünïcode\n\t€ 😀"}), actor="ann")
    workspace.execute(DeleteNode(Ref("Person", "Person-2"), detach=True), actor="ann")
    with pytest.raises(Conflict):
        workspace.execute(UpdateNode(Ref("Team", "Team-1"), {"name": "x"}, 1), actor="cyd")
    workspace.access.add_token(TOKEN)


def backed_up(workspace: Workspace, place: Path) -> Backup:
    with place.open("wb") as stream:
        write_backup(workspace, workspace.access.tokens(), write_document, stream, "1.2")
    return Backup(place)


def test_what_was_backed_up_comes_back_as_it_was_from_memory_to_an_engine_and_on(
    connection: Connection, tmp_path: Path
) -> None:
    source = Workspace.in_memory()
    everything(source)
    first = backed_up(source, tmp_path / "first")
    restore(connection, first, first.checked())
    found = Workspace.connect(connection)
    assert same_graph(found.snapshot(), source.snapshot())
    assert found.snapshot().at == source.snapshot().at
    assert found.changes(0) == source.changes(0)
    assert found.access.tokens() == [TOKEN]
    assert [r.actor for r in found.refused(9)] == ["cyd"]
    assert checked(found).differences == ()
    repeated = found.execute(
        Import([NodeRecord("Team", "new")]), actor="ann", idempotency_key="first"
    )
    assert (repeated.revision, repeated.repeated) == (1, True)
    written = found.execute(CreateNode("Team", "after"), actor="ann").revision
    assert written == source.snapshot().revision + 1
    second = backed_up(found, tmp_path / "second")
    assert same_graph(second.checked().snapshot, found.snapshot())
    found.close()


def test_a_backup_made_while_others_write_is_of_one_revision(
    connection: Connection, tmp_path: Path
) -> None:
    workspace, writer = Workspace.connect(connection), Workspace.connect(connection)
    workspace.execute(CreateNode("Team", "0"), actor="x")
    done = Event()

    def write() -> None:
        at = 1
        while not done.is_set():
            writer.execute(CreateNode("Team", f"{at}"), actor="x")
            at += 1

    thread = Thread(target=write)
    with workspace.following(0.01):
        thread.start()
        try:
            for number in range(5):
                assert workspace.wait_past(workspace.snapshot().revision, 30)
                backup = backed_up(workspace, tmp_path / f"{number}")
                found = backup.checked()
                keys = {f"{at}" for at in range(found.head.revision)}
                assert set(found.snapshot.keys("Team")) == keys
        finally:
            done.set()
            thread.join()
    for each in (workspace, writer):
        each.close()


def test_a_database_with_something_in_it_is_not_written_over(
    connection: Connection, tmp_path: Path
) -> None:
    workspace = Workspace.connect(connection)
    workspace.execute(CreateNode("Team", "there"), actor="x")
    backup = backed_up(Workspace.in_memory(), tmp_path / "empty")
    with pytest.raises(StoreNotEmpty) as caught:
        restore(connection, backup, backup.checked())
    assert "is not empty: it stands at revision 1" in caught.value.message
    workspace.execute(CreateNode("Team", "after"), actor="x")
    assert set(workspace.snapshot().keys("Team")) == {"there", "after"}
    workspace.close()


class CutOff(Backup):
    """A backup whose disk goes away when half of it has been read."""

    def records(self) -> Iterator[Record]:
        yield from islice(super().records(), 5)
        raise OSError(5, "Input/output error")


def test_a_restore_that_was_cut_off_says_so_and_is_made_again(
    connection: Connection, tmp_path: Path
) -> None:
    source = Workspace.in_memory()
    everything(source)
    backup = backed_up(source, tmp_path / "first")
    found = backup.checked()
    with pytest.raises(HeadwaterError):
        restore(connection, CutOff(backup.path), found)
    with pytest.raises(StoreForeign) as caught:
        Workspace.connect(connection)
    assert caught.value.hint == "run `headwater db restore` again: it begins anew"
    restore(connection, backup, found)
    again = Workspace.connect(connection)
    assert same_graph(again.snapshot(), source.snapshot())
    assert again.changes(0) == source.changes(0)
    assert again.access.tokens() == [TOKEN]
    assert checked(again).differences == ()
    again.close()


def test_a_process_that_runs_while_the_database_is_put_back_loads_it_anew(
    connection: Connection, tmp_path: Path
) -> None:
    """Also where the revision is one that the process knows, and means something else by."""
    source = Workspace.in_memory()
    for key in "abc":
        source.execute(CreateNode("Team", key), actor="x")
    backup = backed_up(source, tmp_path / "abc")
    running, store = Workspace.connect(connection), DriverStore.connect(connection)
    for key in "xyz":
        running.execute(CreateNode("Team", key), actor="x")
    old = store.load()
    emptied(connection)
    restore(connection, backup, backup.checked())
    with pytest.raises(StoreReplaced):
        store.commits(0)
    change = NodeChange(Ref("Team", "d"), None, Team(key="d"))
    with pytest.raises(Moved):
        store.append(Write(old.revision, (change,), "x", "create", history=old.history))
    assert set(running.refresh().keys("Team")) == set("abc")
    running.execute(CreateNode("Team", "d"), actor="x")
    assert set(running.snapshot().keys("Team")) == set("abcd")
    assert checked(running).differences == ()
    running.close()
    store.close()


def sample() -> bytes:
    workspace = Workspace.in_memory()
    everything(workspace)
    stream = BytesIO()
    write_backup(workspace, [TOKEN], write_document, stream, "1.2")
    return stream.getvalue()


SAMPLE = sample()
LINES = gzip.decompress(SAMPLE).splitlines(keepends=True)


def packed(content: bytes) -> bytes:
    """Pack it, without the time at which that was done."""
    return gzip.compress(content, mtime=0)


def unfit(place: Path, content: bytes) -> str:
    place.write_bytes(content)
    with pytest.raises(BackupUnfit) as caught:
        Backup(place).checked()
    assert caught.value.message.startswith(f"{place} is no whole backup: ")
    assert caught.value.hint == "nothing was restored"
    return caught.value.message


@given(st.integers(0, len(SAMPLE) - 1))
def test_a_backup_that_is_truncated_anywhere_is_refused(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    unfit(tmp_path_factory.getbasetemp() / "truncated", SAMPLE[:length])


@given(st.integers(10, len(SAMPLE) - 1), st.integers(1, 255))
def test_a_backup_with_any_byte_altered_is_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, by: int
) -> None:
    altered = SAMPLE[:at] + bytes([SAMPLE[at] ^ by]) + SAMPLE[at + 1 :]
    unfit(tmp_path_factory.getbasetemp() / "altered", altered)


@given(st.integers(0, len(LINES) - 1), st.sampled_from(["left out", "twice", "moved", "garbled"]))
def test_a_backup_with_any_line_tampered_with_is_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, how: str
) -> None:
    lines = list(LINES)
    if how == "left out":
        del lines[at]
    elif how == "twice":
        lines.insert(at, lines[at])
    elif how == "moved":
        lines.insert((at + 7) % len(lines), lines.pop(at))
    else:
        text = bytearray(lines[at])
        random.Random(at).shuffle(text)
        lines[at] = bytes(text)
    if lines != LINES:
        unfit(tmp_path_factory.getbasetemp() / "tampered", gzip.compress(b"".join(lines)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it does not begin as one does"),
        (b"hello", "it is truncated, or was altered"),
        (packed(b""), "it does not begin as one does"),
        (packed(b"hello\n"), "it was altered, or is of another form"),
        (packed(b'{"headwater_backup": 99}\n'), "a form that this version does not know"),
        (packed(b'{"headwater_backup": 1}\n'), "it was altered, or is of another form"),
        (packed(b"".join(LINES[:-1])), "its end is missing"),
        (packed(b"".join(LINES)[:-1]), "in the middle of a line"),
        (packed(b"".join(LINES) + b"x"), "something follows its end"),
    ],
)
def test_what_is_no_backup_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, why: str
) -> None:
    assert why in unfit(tmp_path / "x", content)


def test_a_file_that_unpacks_to_far_more_than_it_is_is_given_up_after_a_line(
    tmp_path: Path,
) -> None:
    content = gzip.compress(bytes(4 * MAX_LINE), 1)
    assert len(content) < MAX_LINE / 10
    tracemalloc.start()
    try:
        assert "in the middle of a line" in unfit(tmp_path / "x", content)
        assert tracemalloc.get_traced_memory()[1] < 3 * MAX_LINE
    finally:
        tracemalloc.stop()


def test_a_backup_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackupUnfit) as caught:
        Backup(tmp_path / "x").checked()
    assert "No such file or directory" in caught.value.message
