"""`token`: make, list and revoke the tokens that let somebody in. Works while `serve` runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from api.auth.secrets import new_secret
from api.cli import options
from api.cli.tables import print_table
from api.cli.terminal import print_json, say, screen
from api.engine import open_workspace, settings_for
from graph.errors import BadUsage, NotFound
from graph.model.access import AccessToken
from graph.model.codec import near, shown
from graph.model.days import zone_of
from graph.model.entities import Person, Team
from graph.model.principals import Role
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

MOST_NAME: Final = 100
MOST_DAYS: Final = 3_650


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as it may be seen: all but its hash."""

    id: str
    name: str
    role: str
    teams: tuple[str, ...]
    person: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    state: str

    @classmethod
    def of(cls, token: AccessToken, now: datetime) -> "Shown":
        """Show a token as it stands."""
        return cls(
            *(token.id, token.name, token.role.value, token.teams, token.person),
            *(token.created_at, token.expires_at, token.revoked_at, token.state(now)),
        )


def command() -> typer.Typer:
    """Make the group of commands."""
    made = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        help="Make, list and revoke the tokens that let somebody in.",
    )
    made.command("create")(_create)
    made.command("list")(_list)
    made.command("revoke")(_revoke)
    return made


def _create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is: the log shows it.")],
    role: Annotated[
        str, typer.Option("--role", help="viewer, contributor, planner or admin.")
    ] = Role.VIEWER.value,
    team: Annotated[
        list[str] | None,
        typer.Option(
            "--team", metavar="KEY", help="A team to act for; may be given several times."
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="KEY", help="Who it is; the teams he is in count too."),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option("--expires", metavar="DATE|DAYS", help="The last day, or days from now."),
    ] = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    """Make a token, and show its secret: now, and never again."""
    now, secret = datetime.now(UTC), new_secret()
    wanted = _role(role)
    _check_name(name)
    with open_workspace(settings_for(data_dir)) as workspace:
        snapshot = workspace.snapshot()
        teams = tuple(dict.fromkeys(_known(snapshot, Team.KIND, key) for key in team or ()))
        who = None if person is None else _known(snapshot, Person.KIND, person)
        until = None if expires is None else _until(expires, now, snapshot)
        token = AccessToken(secret.id, name, wanted, teams, who, secret.hash, now, until)
        workspace.access.add_token(token)
    if as_json:
        print_json({"secret": secret.text, "token": Shown.of(token, now)})
        return
    say(f"token {token.id} for {token.name}, {token.role}", stderr=True)
    say("its secret is shown this once:", stderr=True)
    say(secret.text)


def _list(as_json: options.AsJson = False, data_dir: options.DataDir = None) -> None:
    """List the tokens, those that are revoked or expired too. Secrets are kept nowhere."""
    with open_workspace(settings_for(data_dir), make=False) as workspace:
        now = datetime.now(UTC)
        found = [Shown.of(token, now) for token in workspace.access.tokens()]
    if as_json:
        print_json(found)
    else:
        _show(found)


def _show(found: Sequence[Shown]) -> None:
    columns = ["id", "name", "role", "state", "teams", "person", "created", "expires", "revoked"]
    rows = [
        (
            *(one.id, one.name, one.role, one.state, ", ".join(one.teams) or None, one.person),
            *(one.created_at, one.expires_at, one.revoked_at),
        )
        for one in found
    ]
    print_table(screen(), "tokens", columns, rows)


def _revoke(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id, as `list` shows it.")],
    data_dir: options.DataDir = None,
) -> None:
    """Revoke a token. Services that run turn it away within two seconds."""
    with open_workspace(settings_for(data_dir), make=False) as workspace:
        if not workspace.access.revoke_token(id_, datetime.now(UTC)):
            known = [token.id for token in workspace.access.tokens()]
            msg = f"there is no token {shown(id_)}"
            raise NotFound(msg, near(id_, known) or "see `headwater token list`")
    say(f"revoked {id_}")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        msg = f"there is no role {shown(text)}"
        raise BadUsage(msg, near(text, list(Role))) from None


def _check_name(name: str) -> None:
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > MOST_NAME:
        msg = f"{shown(name)} is no name for a token"
        raise BadUsage(
            msg, f"1 to {MOST_NAME} characters that can be printed, no blanks around them"
        )


def _known(snapshot: Snapshot, kind: str, key: str) -> str:
    """Give the key of a node that is there; it may come as KIND/KEY."""
    key = key.removeprefix(f"{kind}/")
    if snapshot.get(Ref(kind, key)) is None:
        msg = f"there is no {kind}/{shown(key).strip(chr(39))}"
        raise NotFound(msg, near(key, snapshot.keys(kind)) or "name one that is there")
    return key


def _until(text: str, now: datetime, snapshot: Snapshot) -> datetime:
    """Read when a token ends: after so many days, or with a day of the organisation."""
    if text.isascii() and text.isdigit():
        days = int(text[:6])
        if 0 < days <= MOST_DAYS:
            return now + timedelta(days=days)
    else:
        try:
            day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone_of(snapshot))
            until = (day + timedelta(days=1)).astimezone(UTC)
        except (ValueError, OverflowError):
            until = now
        if now < until <= now + timedelta(days=MOST_DAYS):
            return until
    msg = f"--expires {shown(text)} is no day to come, and no number of days"
    raise BadUsage(msg, f"such as 2027-06-30, or 1 to {MOST_DAYS} days")
