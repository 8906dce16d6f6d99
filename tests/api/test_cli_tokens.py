from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.cli import app
from graph.model.principals import Role
from tests.api.running import headwater, holding

TEAM = '{"kind": "Team", "key": "core"}'
PERSON = '{"kind": "Person", "key": "ann"}'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a data folder with a small organisation, whose engine runs in the background."""
    with holding(tmp_path_factory.mktemp("data") / "d", TEAM, PERSON) as place:
        yield place


def test_a_token_is_made_listed_and_revoked_and_its_secret_is_shown_once(folder: Path) -> None:
    where = ("--data-dir", folder)
    more = ("--team", "core", "--team", "Team/core", "--person", "ann", "--expires", "30", "--json")
    made = headwater("token", "create", "ci", "--role", "contributor", *more, *where)
    assert made.code == 0
    secret = str(made.json()["secret"])
    assert secret.startswith("hw_")
    listed = headwater("token", "list", "--json", *where)
    assert secret.split("_", 2)[2] not in listed.out
    assert '"hash"' not in listed.out
    id_ = secret.split("_")[1]
    for word in (id_, '"ci"', '"contributor"', '["core"]', '"ann"', '"active"'):
        assert word in listed.out
    again = headwater("token", "create", "ci", *where)
    assert (again.code, "named 'ci' already" in again.err) == (2, True)
    assert headwater("token", "revoke", id_, *where).code == 0
    assert '"revoked"' in headwater("token", "list", "--json", *where).out
    table = headwater("token", "list", *where).out
    assert "revoked" in table


def test_the_secret_alone_goes_to_standard_output(folder: Path) -> None:
    made = headwater("token", "create", "piped", "--data-dir", folder)
    assert made.out.startswith("hw_")
    assert len(made.out.splitlines()) == 1
    assert "viewer" in made.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("create", "x", "--role", "planer"), "did you mean planner?"),
        (("create", "x", "--team", "cor"), "did you mean core?"),
        (("create", "x", "--person", "bob"), "there is no Person/bob"),
        (("create", "x", "--expires", "0"), "no day to come"),
        (("create", "x", "--expires", "99999999999999999999"), "no day to come"),
        (("create", "x", "--expires", "2020-01-01"), "no day to come"),
        (("create", "x", "--expires", "soon"), "no day to come"),
        (("create", " x"), "no name for a token"),
        (("create", "x" * 101), "no name for a token"),
        (("create", "a\nb"), "no name for a token"),
        (("revoke", "0000000000"), "there is no token"),
    ],
)
def test_what_makes_no_sense_is_told_with_the_way_out(
    folder: Path, words: tuple[str, ...], says: str
) -> None:
    ran = headwater("token", *words, "--data-dir", folder)
    assert (ran.code, says in ran.err) == (2, True), ran.err


def test_a_token_may_end_with_a_day(folder: Path) -> None:
    day = date.today() + timedelta(days=10)  # noqa: DTZ011
    made = headwater(
        "token", "create", "dated", "--expires", day.isoformat(), "--json", "--data-dir", folder
    )
    after = (day + timedelta(days=1)).isoformat()
    assert f'"expires_at":"{after}T00:00:00' in made.out


def test_writes_that_were_refused_are_listed(folder: Path) -> None:
    where = ("--data-dir", folder)
    assert headwater("undo", "99", "--actor", "bob", *where).code == 2
    listed = headwater("log", "--refused", "--json", *where)
    assert listed.code == 0
    for word in ('"bob"', '"undo"', '"revision 99"', '"revision_unknown"'):
        assert word in listed.out
    assert "revision 99" in headwater("log", "--refused", *where).out
    assert headwater("log", "3", "--refused", *where).code == 2


def test_the_help_names_the_roles() -> None:
    assert app is not None
    said = headwater("token", "create", "--help").out
    assert all(role.value in said for role in Role)
