"""Kill -9 of the service, of its engine and of both, under eight writers: nothing is lost.

`HEADWATER_TEST_KILLS` is how often, and `HEADWATER_TEST_TEAMS` how large an organisation is there
beforehand; `make torture` kills 200 times over one of 750 teams.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli.dbcheck import checked
from api.engine import open_workspace, settings_for
from graph.commands import Import
from graph.model.entities import Team
from seeds.generate import generate
from tests.e2e.torturing import Book, Tortured, tortured

KILLS = int(os.environ.get("HEADWATER_TEST_KILLS", "4"))
SEED = int(os.environ.get("HEADWATER_TEST_SEED", "2"))
TEAMS = int(os.environ.get("HEADWATER_TEST_TEAMS", "5"))


@dataclass(frozen=True, slots=True)
class Ordeal:
    """What a service went through, and what it said of it."""

    folder: Path
    service: Tortured
    book: Book
    before: frozenset[str]
    """The teams that were there already."""


@pytest.fixture(scope="module")
def ordeal(tmp_path_factory: pytest.TempPathFactory) -> Ordeal:
    folder = tmp_path_factory.mktemp("torture") / "graph"
    with open_workspace(settings_for(folder)) as workspace:
        workspace.execute(Import(list(generate(TEAMS, 1))), actor="seed")
        before = frozenset(workspace.snapshot().keys("Team"))
    service = Tortured(folder)
    return Ordeal(folder, service, tortured(service, KILLS, SEED), before)


def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_written_twice(ordeal: Ordeal) -> None:
    book, times = ordeal.book, ordeal.service.recoveries_s
    assert book.wrong == []
    with open_workspace(settings_for(ordeal.folder), make=False) as workspace:
        teams = workspace.snapshot().nodes(Team)
        log = workspace.changes(0)
    made = set(teams) - ordeal.before
    lost = {key: at for key, at in book.acknowledged.items() if key not in made}
    assert lost == {}
    assert made <= set(book.acknowledged) | book.unknown
    assert {key: teams[key].revision for key in book.acknowledged} == book.acknowledged
    assert [commit.revision for commit in log] == list(range(1, len(made) + 2))
    assert len(times) > 1
    sys.stdout.write(
        f"\n{KILLS} kills, seed {SEED}, {TEAMS} teams: {book.count:,} writes acknowledged, 0 lost;"
        f" {len(book.unknown):,} not answered, {len(made & book.unknown)} of them kept; after a kill"
        f" of the service ready again after {sorted(times[1:])[len(times) // 2 - 1]:.1f} s (median),"
        f" {max(times[1:]):.1f} s at most, of {len(times) - 1}\n"
    )


def test_the_store_is_the_replay_of_its_log_after_the_torture(ordeal: Ordeal) -> None:
    with open_workspace(settings_for(ordeal.folder), make=False) as workspace:
        found = checked(workspace)
    assert found.differences == ()
    assert found.writes_replayed == found.revision > ordeal.book.count
