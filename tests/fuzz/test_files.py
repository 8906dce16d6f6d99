"""Files that somebody else wrote: whatever is in them, reading them ends, with problems at worst."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import copytree

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.settings import DocumentsMode, Settings
from api.trusted import trusted
from graph.commands import Import
from graph.errors import HeadwaterError, Violation
from graph.model.records import Record
from graph.model.snapshot import Snapshot
from graph.model.values import Json
from graph.store.backups import Backup
from schema.build import build_schema
from seeds.checkins import read_check_ins
from seeds.importers import importer
from tests.fuzz.mutating import Mutation, hostile, mutated, mutations
from tests.store.test_backups import SAMPLE

DATA = Path(__file__).parents[2] / "seeds" / "data"

JSONL = b"""{"kind": "Team", "key": "sig-node", "name": "SIG Node", "capacity": 12}
{"kind": "WorkItem", "key": "kep-1", "flow": "feature", "states": [["new", "2022-03-01"]], "duration_days": 10}
{"kind": "KeyResult", "key": "kr", "type": "increase", "start": 0, "target": 10, "current": 2.5}
{"rel": "DEPENDS_ON", "from": "WorkItem/kep-1", "to": "Team/sig-node", "link": "FS", "lag_days": 0}
"""
YAML = b"""kind: Team
key: sig-node
capacity: 12
---
kind: WorkItem
key: "kep-1"
states:
  - [new, 2022-03-01]
estimate_days: [1, 2.5, 9]
---
{rel: DEPENDS_ON, from: WorkItem/kep-1, to: Team/sig-node}
"""
CSV = b"""Level,Objective,Key Result,Owner,Start,Target,Current
company,Grow,Revenue up to 10,Ann,0,10,5
team,"Grow, too",More "users",Bob,1,2,
"""
CHECK_INS = b"key_result,value,confidence,at\nkr,42,0.8,2026-01-05\nkr2,7,,2026-01-06T10:00:00Z\n"
MANIFEST = b'{"sha256:0": "query A { teams { totalCount } }", "b": "{ graph { revision } }"}'


def read(format_: str, path: Path) -> None:
    """Read as the command does, and plan what it would write."""
    problems: list[Violation] = []
    records: list[Record] = list(importer(format_).read([path], problems.append))
    Import(records, partial=True, notes=tuple(problems)).plan(Snapshot.empty())


def _unheard(problem: Violation) -> None:
    del problem


def manifest(path: Path) -> None:
    trusted(Settings(documents=path, documents_mode=DocumentsMode.ALLOW), build_schema())


def backup(path: Path) -> None:
    Backup(path).checked()


def packed(path: Path) -> Path:
    path.write_bytes(gzip.compress(path.read_bytes(), 1))
    return path


Target = tuple[str, bytes, Callable[[Path], object]]
TARGETS: tuple[Target, ...] = (
    ("a.jsonl", JSONL, lambda path: read("document", path)),
    ("a.json", b"[" + JSONL.strip().replace(b"\n", b",") + b"]", lambda p: read("document", p)),
    ("a.yaml", YAML, lambda path: read("document", path)),
    ("a.csv", CSV, lambda path: read("okr-csv", path)),
    (
        "okrs.json",
        (DATA / "okrs" / "sourcegraph-2019-q4.json").read_bytes(),
        lambda p: read("okr-json", p),
    ),
    ("check-ins.csv", CHECK_INS, lambda path: read_check_ins(path, _unheard)),
    ("manifest.json", MANIFEST, manifest),
    ("a.backup", SAMPLE, backup),
    ("b.backup", gzip.decompress(SAMPLE), lambda path: backup(packed(path))),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize(("name", "text", "reads"), TARGETS, ids=[name for name, _, _ in TARGETS])
@hostile
@given(changes=mutations)
def test_a_file_that_was_tampered_with_gives_problems_at_worst(
    name: str, text: bytes, reads: Callable[[Path], object], place: Path, changes: list[Mutation]
) -> None:
    path = place / name
    path.write_bytes(mutated(text, changes))
    _survived(reads, path)


@pytest.mark.parametrize(("name", "reads"), [(n, r) for n, _, r in TARGETS])
@hostile
@given(content=st.binary(max_size=300))
def test_a_file_of_any_bytes_gives_problems_at_worst(
    name: str, reads: Callable[[Path], object], place: Path, content: bytes
) -> None:
    path = place / name
    path.write_bytes(content)
    _survived(reads, path)


@pytest.fixture(scope="module")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a small form of the shipped data."""
    folder = tmp_path_factory.mktemp("kubernetes") / "data"
    copytree(DATA / "kubernetes", folder)
    for path in folder.glob("*.csv"):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:12]))
    for path in folder.glob("*.json"):
        path.write_bytes(orjson.dumps(_shortened(orjson.loads(path.read_bytes()))))
    return folder


def _shortened(value: Json) -> Json:
    """Keep a few of each long list or object."""
    if isinstance(value, dict):
        return {key: _shortened(each) for key, each in list(value.items())[:25]}
    return [_shortened(each) for each in value[:6]] if isinstance(value, list) else value


@hostile
@given(number=st.integers(0, 5), changes=mutations)
def test_a_folder_of_which_one_file_was_tampered_with_gives_problems_at_worst(
    kubernetes: Path, number: int, changes: list[Mutation]
) -> None:
    path = sorted(p for p in kubernetes.iterdir() if p.suffix in {".json", ".csv"})[number]
    before = path.read_bytes()
    try:
        path.write_bytes(mutated(before, changes))
        _survived(lambda folder: read("kubernetes", folder), kubernetes)
    finally:
        path.write_bytes(before)


def _survived(reads: Callable[[Path], object], path: Path) -> None:
    with suppress(HeadwaterError):
        reads(path)
