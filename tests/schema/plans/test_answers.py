"""Answers that are kept: for whom, on which day, of which graph, and how many."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import pytest

from graph.commands import UpdateNode
from graph.model.principals import Principal, Role
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.admission import Price
from schema.build import build_schema
from schema.context import Context
from schema.execution import HeadwaterSchema
from schema.plans.answers import LARGEST_BYTES, MOST_VARIABLES, Answers, key_of
from schema.plans.reading import Reading
from tests.schema.asking import company

TEAM: Final = '{ team(key: "alpha") { name } }'
NOON: Final = datetime(2026, 5, 15, 12, tzinfo=UTC)
_SECONDS: Final = count(1_000)


class Service:
    """A schema of its own over one graph."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.schema: HeadwaterSchema = build_schema(seconds=next(_SECONDS))

    def context(self, who: Role = Role.VIEWER, now: datetime = NOON) -> Context:
        return Context.of(self.workspace, principal=Principal("x", who), clock=lambda: now)

    def asked(self, text: str, who: Role = Role.VIEWER, now: datetime = NOON) -> object:
        result = asyncio.run(self.schema.execute(text, None, self.context(who, now)))
        assert not result.errors, result.errors
        return result.data

    def is_kept(self, text: str, who: Role = Role.VIEWER, now: datetime = NOON) -> bool:
        key = key_of(text, None, None)
        assert key is not None
        return self.schema.answers.find(key, self.context(who, now)) is not None


@pytest.fixture
def service() -> Service:
    return Service(company())


def test_an_answer_is_kept_until_the_graph_moves(service: Service) -> None:
    assert not service.is_kept(TEAM)
    assert service.asked(TEAM) == {"team": {"name": "Alpha"}}
    assert service.is_kept(TEAM)
    assert service.asked(TEAM) == {"team": {"name": "Alpha"}}
    service.workspace.execute(UpdateNode(Ref("Team", "alpha"), {"name": "Omega"}), actor="x")
    assert not service.is_kept(TEAM)
    assert service.asked(TEAM) == {"team": {"name": "Omega"}}


@pytest.mark.parametrize(
    "text",
    [
        "{ changes { totalCount } }",
        "{ viewer { name } }",
        "{ asOf(revision: 0) { graph { revision } } }",
        '{ team(key: "alpha") { name } changes { totalCount } }',
    ],
)
def test_what_depends_on_the_log_or_on_who_asks_is_made_anew(service: Service, text: str) -> None:
    service.asked(text)
    assert not service.is_kept(text)


def test_what_goes_by_the_day_is_kept_for_the_day(service: Service) -> None:
    text = '{ objective(key: "grow") { pace expected } }'
    service.asked(text)
    assert service.is_kept(text, now=NOON + timedelta(hours=1))
    assert not service.is_kept(text, now=NOON + timedelta(days=1))
    service.asked(TEAM)
    assert service.is_kept(TEAM, now=NOON + timedelta(days=1))


def test_what_one_role_was_answered_is_not_shown_to_another(service: Service) -> None:
    service.asked(TEAM, Role.ADMIN)
    assert service.is_kept(TEAM, Role.ADMIN)
    assert not service.is_kept(TEAM, Role.VIEWER)
    refused = "{ refusedWrites { totalCount } }"
    service.asked(refused, Role.ADMIN)
    assert not service.is_kept(refused, Role.ADMIN)


def test_an_answer_with_an_error_is_not_kept(service: Service) -> None:
    text = '{ team(key: "alpha") { name } teams(first: -1) { totalCount } }'
    result = asyncio.run(service.schema.execute(text, None, service.context()))
    assert result.errors
    assert not service.is_kept(text)


def test_its_price_is_told_again(service: Service) -> None:
    first = asyncio.run(service.schema.execute(TEAM, None, service.context()))
    again = asyncio.run(service.schema.execute(TEAM, None, service.context()))
    assert service.is_kept(TEAM)
    assert first.extensions == again.extensions
    assert again.extensions is not None
    assert again.extensions["cost"]["requested"] > 0


def test_answers_take_no_more_than_their_room_and_the_last_asked_for_stay() -> None:
    service = Service(company())
    service.asked(TEAM)
    price = _price(service)
    answers, context = Answers(room=10_000), service.context()
    for number in range(20):
        for name in (f"{number}", "used"):
            key = key_of(name, None, None)
            assert key is not None
            answers.keep(key, context, b"x" * 1_000, price, Reading(context))
            assert answers.taken <= 10_000
    used, first = key_of("used", None, None), key_of("0", None, None)
    assert used is not None
    assert first is not None
    assert answers.find(used, context) is not None
    assert answers.find(first, context) is None
    answers.keep(used, context, b"x" * (LARGEST_BYTES + 1), price, Reading(context))
    kept = answers.find(used, context)
    assert kept is not None
    assert kept.text == b"x" * 1_000


def _price(service: Service) -> Price:
    key = key_of(TEAM, None, None)
    assert key is not None
    found = service.schema.answers.find(key, service.context())
    assert found is not None
    return found.price


def test_an_older_graph_takes_no_place_of_the_newest_ones_answers() -> None:
    service = Service(company())
    service.asked(TEAM)
    price, older = _price(service), service.context()
    service.workspace.execute(UpdateNode(Ref("Team", "alpha"), {"name": "Omega"}), actor="x")
    service.asked(TEAM)
    key = key_of("other", None, None)
    assert key is not None
    service.schema.answers.keep(key, older, b"{}", price, Reading(older))
    assert service.schema.answers.find(key, older) is None
    assert service.is_kept(TEAM)


def test_operations_are_told_apart_by_their_variables() -> None:
    assert key_of("a", None, {"n": 1}) != key_of("a", None, {"n": 1.0})
    assert key_of("a", None, {"n": 1}) != key_of("a", "b", {"n": 1})
    assert key_of("a", None, {}) == key_of("a", None, None)
    assert key_of("a", None, {"n": "x" * MOST_VARIABLES}) is None
    assert key_of("a", None, {"n": 2**70}) is None
