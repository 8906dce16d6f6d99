"""`cycle`: open one, close one with scores, carry objectives over into another."""

from collections.abc import Collection
from datetime import UTC, datetime
from getpass import getuser
from typing import Annotated

import typer

from api.cli import options
from api.cli.checkin import number
from api.cli.writing import Actor, Once, executing, write
from graph.commands import CarryOver, CloseCycle, OpenCycle, Score
from graph.errors import BadUsage
from graph.model.values import Ref

Key = Annotated[str, typer.Argument(metavar="CYCLE", help="The key of the cycle.")]
Scores = Annotated[
    list[str] | None,
    typer.Option(
        "--score",
        metavar="KEY=0-1[=NOTE]",
        help="The score of an objective, or of KeyResult/KEY; may be given several times.",
    ),
]


def command() -> typer.Typer:
    """Make the group."""
    made = typer.Typer(help="Open, close and carry over cycles.", add_completion=False)
    made.command("open", help="Open a planned cycle.")(_open)
    made.command("close", help="Close a cycle and its objectives, with their scores.")(_close)
    made.command("carry-over", help="Carry objectives over into another cycle.")(_carry_over)
    return made


def _open(
    cycle: Key,
    actor: Actor = "cli",
    idempotency_key: Once = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    intent = OpenCycle(_bare(cycle), datetime.now(UTC))
    write(executing(intent, actor, idempotency_key), data_dir, as_json=as_json)


def _close(
    cycle: Key,
    score: Scores = None,
    by: Annotated[
        str, typer.Option("--by", help="Who gives the scores; you, by your login, if left out.")
    ] = "",
    actor: Actor = "cli",
    idempotency_key: Once = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    objectives: dict[str, Score] = {}
    key_results: dict[str, Score] = {}
    for text in score or ():
        key, grade = _graded(text)
        of_key_result = key.startswith("KeyResult/")
        scores = key_results if of_key_result else objectives
        bare = key.removeprefix("KeyResult/" if of_key_result else "Objective/")
        _refuse_twice("--score", bare, scores)
        scores[bare] = grade
    intent = CloseCycle(_bare(cycle), objectives, key_results, by or login(), datetime.now(UTC))
    write(executing(intent, actor, idempotency_key), data_dir, as_json=as_json)


def _carry_over(
    cycle: Key,
    into: Annotated[
        str, typer.Argument(metavar="INTO", help="The key of the cycle to carry into.")
    ],
    objective: Annotated[
        list[str] | None,
        typer.Option(
            "--objective",
            metavar="KEY[=NEW-KEY]",
            help="An objective to carry over, and the copy's key; may be given several times. All"
            " that are neither dropped nor carried over already if left out.",
        ),
    ] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(
            "--owner", metavar="KEY=KIND/KEY", help="Another owner of an objective's copy."
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Key results begin anew from where they stand.")
    ] = False,
    actor: Actor = "cli",
    idempotency_key: Once = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    chosen = _pairs("--objective", objective)
    intent = CarryOver(
        _bare(cycle),
        _bare(into),
        list(chosen) or None,
        restart,
        {key: new for key, new in chosen.items() if new},
        {key: _owner(text) for key, text in _pairs("--owner", owner).items()},
        now=datetime.now(UTC),
    )
    write(executing(intent, actor, idempotency_key), data_dir, as_json=as_json)


def login() -> str:
    """Give the name under which the person at the terminal is logged in; "" where there is none."""
    try:
        return getuser()
    except (OSError, KeyError):  # a container without a user of this number
        return ""


def _bare(cycle: str) -> str:
    return cycle.removeprefix("Cycle/")


def _pairs(name: str, texts: list[str] | None) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts or ():
        key, _, rest = text.partition("=")
        bare = key.removeprefix("Objective/")
        _refuse_twice(name, bare, pairs)
        pairs[bare] = rest
    return pairs


def _refuse_twice(name: str, key: str, known: Collection[str]) -> None:
    if key in known:
        msg = f"{name} names {key!r} twice"
        raise BadUsage(msg, "keep one of the two")


def _owner(text: str) -> Ref:
    try:
        return Ref.parse(text)
    except ValueError as error:
        msg = f"--owner {text!r} names no owner"
        raise BadUsage(msg, "written as KEY=KIND/KEY, such as grow=Team/alpha") from error


def _graded(text: str) -> tuple[str, Score]:
    key, equals, rest = text.partition("=")
    if not equals or not key:
        msg = f"--score {text!r} grades nothing"
        raise BadUsage(msg, "written as KEY=0.7, or KEY=0.7=why")
    value, _, note = rest.partition("=")
    return key, Score(number(value), note or None)
