"""Logins of an issuer: what is signed well comes in, and nothing else."""

import asyncio
from collections.abc import Iterator
from time import time
from typing import Any

import jwt
import pytest

from api.auth.answers import IssuerAway, NoRole, Turned, Unauthenticated
from api.auth.door import Door
from api.auth.safety import require_login
from api.auth.setup import door_of
from api.settings import Settings
from graph.errors import BadUsage
from graph.model.principals import Principal, Role
from graph.workspace import Workspace
from tests.api.issuing import AUDIENCE, Issuer, issuing


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as found:
        yield found


def settings(issuer: Issuer, **more: object) -> Settings:
    given = {"auth": "oidc", "oidc_issuer": issuer.url, "oidc_audience": AUDIENCE, **more}
    return Settings(**{"oidc_refetch_s": 0.01, "oidc_leeway_s": 0, **given})  # type: ignore[arg-type]


def door(issuer: Issuer, **more: object) -> Door:
    return door_of(settings(issuer, **more), Workspace.in_memory())


def shown(door: Door, *tokens: str) -> list[Principal]:
    async def ask() -> list[Principal]:
        return [await door.principal(f"Bearer {token}") for token in tokens]

    return asyncio.run(ask())


def turned(door: Door, token: str) -> Turned:
    with pytest.raises(Turned) as found:
        shown(door, token)
    return found.value


def test_a_login_of_the_issuer_comes_in_with_its_role_teams_and_person(issuer: Issuer) -> None:
    token = issuer.token(sub="ann", roles=["viewer", "planner", "x"], teams=["a", "b"], who="p1")
    (found,) = shown(door(issuer, oidc_person_claim="who"), token)
    assert found == Principal("oidc:ann", Role.PLANNER, frozenset({"a", "b"}), "p1")
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


def test_keys_are_fetched_once_for_many_logins(issuer: Issuer) -> None:
    shown(door(issuer), *[issuer.token(sub=f"s{n}") for n in range(20)])
    assert issuer.asked.count("/keys") == 1


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_each_algorithm_that_is_allowed_by_itself_works(issuer: Issuer, algorithm: str) -> None:
    issuer.rotate(algorithm, "other")
    (found,) = shown(door(issuer), issuer.token())
    assert found.role is Role.PLANNER


def test_a_login_that_was_let_in_is_turned_away_once_it_has_expired(issuer: Issuer) -> None:
    found, token = door(issuer), issuer.token(exp=time() + 1.2)

    async def ask() -> None:
        for _ in range(3):
            assert (await found.principal(f"Bearer {token}")).name == "oidc:ann"
        await asyncio.sleep(1.3)
        with pytest.raises(Unauthenticated, match="expired"):
            await found.principal(f"Bearer {token}")

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": float("inf")}, "no token of the issuer"),
        ({"aud": "another"}, "another audience"),
        ({"aud": None}, "lacks a claim"),
        ({"iss": "http://127.0.0.1:1"}, "another issuer"),
        ({"iss": None}, "lacks a claim"),
        ({"exp": int(time()) - 5}, "expired"),
        ({"exp": None}, "lacks a claim"),
        ({"exp": "soon"}, "no token of the issuer"),
        ({"nbf": int(time()) + 86_400}, "not valid yet"),
        ({"sub": None}, "lacks a claim"),
        ({"sub": ""}, "no sub"),
    ],
)
def test_a_login_that_is_not_for_us_now_is_turned_away(
    issuer: Issuer, claims: dict[str, Any], words: str
) -> None:
    error = turned(door(issuer), issuer.token(**claims))
    assert isinstance(error, Unauthenticated)
    assert words in error.message


def tampered(issuer: Issuer) -> str:
    head, body, signature = issuer.token().split(".")
    other = issuer.token(roles=["admin"]).split(".")[1]
    assert other != body
    return f"{head}.{other}.{signature}"


def of_another_key(issuer: Issuer) -> str:
    known = dict(issuer.keys)
    issuer.rotate("RS256", next(iter(known)))
    token = issuer.token()
    issuer.keys = known
    return token


def of_a_shared_secret(issuer: Issuer) -> str:
    return jwt.encode(issuer.claims(), "x" * 32, "HS256", {"kid": next(iter(issuer.keys))})


def with_a_key_of_its_own(issuer: Issuer) -> str:
    own = Issuer()
    head = {"kid": "k1", "jwk": own.published()[0], "jku": "http://127.0.0.1:1/keys"}
    return jwt.encode(issuer.claims(), own.keys["k1"][1], "RS256", head)


@pytest.mark.parametrize(
    "forge",
    [
        tampered,
        of_another_key,
        of_a_shared_secret,
        with_a_key_of_its_own,
        Issuer.signed_with_the_public_key,
        Issuer.unsigned,
        lambda issuer: issuer.unsigned("None"),
        lambda issuer: issuer.unsigned("RS256"),
        lambda issuer: issuer.token().rpartition(".")[0] + ".",
        lambda issuer: issuer.token() + "x",
        lambda issuer: "a.b.c",
        lambda issuer: "x" * 20_000,
        lambda issuer: "eyJhbGciOiJSUzI1NiJ9",
    ],
)
def test_a_login_that_the_issuer_did_not_sign_is_turned_away(issuer: Issuer, forge: object) -> None:
    assert callable(forge)
    token = forge(issuer)
    error = turned(door(issuer), token)
    assert isinstance(error, Unauthenticated)
    assert token not in f"{error} {error.headers()}"


def test_an_algorithm_that_is_not_allowed_is_turned_away_though_the_key_is_right(
    issuer: Issuer,
) -> None:
    error = turned(door(issuer, oidc_algorithms="ES256"), issuer.token())
    assert "not allowed" in error.message
    assert error.hint == "allowed: ES256"


def test_a_key_that_is_for_something_else_signs_nothing(issuer: Issuer) -> None:
    issuer.keys["k1"] = ("PS256", issuer.keys["k1"][1])
    token = jwt.encode(issuer.claims(), issuer.keys["k1"][1], "RS256", {"kid": "k1"})
    assert "does not have" in turned(door(issuer), token).message


def test_keys_that_rotate_are_followed_and_the_old_one_is_worth_nothing(issuer: Issuer) -> None:
    found = door(issuer)

    async def rotate() -> None:
        old = issuer.token()
        await found.principal(f"Bearer {old}")
        issuer.rotate("ES256", "k2")
        await asyncio.sleep(0.02)
        assert (await found.principal(f"Bearer {issuer.token()}")).role is Role.PLANNER
        with pytest.raises(Unauthenticated, match="does not have"):
            await found.principal(f"Bearer {old}")

    asyncio.run(rotate())


def test_names_of_keys_that_there_are_not_do_not_wear_the_issuer_out(issuer: Issuer) -> None:
    found = door(issuer, oidc_refetch_s=60)
    token = issuer.token()

    async def ask() -> None:
        await found.principal(f"Bearer {token}")
        for number in range(50):
            head = {"kid": f"none-{number}"}
            wrong = jwt.encode(issuer.claims(), issuer.keys["k1"][1], "RS256", head)
            with pytest.raises(Unauthenticated):
                await found.principal(f"Bearer {wrong}")

    asyncio.run(ask())
    assert issuer.asked.count("/keys") == 1


def test_while_the_issuer_is_away_what_is_known_goes_on(issuer: Issuer) -> None:
    found, token = door(issuer), issuer.token()

    async def ask() -> None:
        await found.principal(f"Bearer {token}")
        issuer.away = True
        issuer.rotate("RS256", "k2")
        await asyncio.sleep(0.02)
        assert (await found.principal(f"Bearer {token}")).name == "oidc:ann"
        with pytest.raises(Unauthenticated):
            await found.principal(f"Bearer {issuer.token()}")

    asyncio.run(ask())


def test_an_issuer_that_was_never_reached_is_told_as_what_it_is(issuer: Issuer) -> None:
    issuer.away = True
    error = turned(door(issuer), issuer.token())
    assert isinstance(error, IssuerAway)
    assert (error.status, error.headers()) == (503, {"Retry-After": "5"})


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "http://192.0.2.1/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_discovery_that_leads_elsewhere_is_not_followed(
    issuer: Issuer, said: dict[str, object]
) -> None:
    issuer.discovered = said
    assert isinstance(turned(door(issuer), issuer.token()), IssuerAway)
    assert issuer.asked == ["/.well-known/openid-configuration"]


def test_keys_may_be_at_an_address_that_is_given(issuer: Issuer) -> None:
    (found,) = shown(door(issuer, oidc_jwks_url=f"{issuer.url}/keys"), issuer.token())
    assert found.role is Role.PLANNER
    assert issuer.asked == ["/keys"]


def test_roles_are_read_where_the_issuer_has_them_in_its_own_words(issuer: Issuer) -> None:
    own = door(
        issuer,
        oidc_role_claim="realm_access.roles",
        oidc_roles="plan-team=planner, ops = admin",
        oidc_team_claim="groups",
        oidc_name_claim="email",
    )
    (found,) = shown(
        own,
        issuer.token(
            realm_access={"roles": ["plan-team"]}, groups="a b", email="ann@x", roles=["admin"]
        ),
    )
    assert found == Principal("oidc:ann@x", Role.PLANNER, frozenset({"a", "b"}))


def test_who_has_no_role_is_known_and_not_let_in(issuer: Issuer) -> None:
    error = turned(door(issuer), issuer.token(roles=["other"]))
    assert isinstance(error, NoRole)
    assert error.status == 403
    (found,) = shown(door(issuer, oidc_default_role="viewer"), issuer.token(roles=None))
    assert found.role is Role.VIEWER


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"oidc_audience": ""}, "HEADWATER_OIDC_AUDIENCE is not set"),
        ({"oidc_issuer": ""}, "HEADWATER_OIDC_ISSUER is not set"),
        ({"oidc_issuer": "http://login.example.com"}, "unprotected"),
        ({"oidc_jwks_url": "ftp://x"}, "unprotected"),
        ({"oidc_issuer": "https://[x"}, "unprotected"),
        ({"oidc_algorithms": "RS256,HS256"}, "HS256 is not allowed"),
        ({"oidc_algorithms": "none"}, "none is not allowed"),
        ({"oidc_algorithms": ""}, "nothing is not allowed"),
        ({"oidc_roles": "x=boss"}, "'boss', which there is not"),
        ({"oidc_default_role": "boss"}, "'boss', which there is not"),
    ],
)
def test_settings_that_would_let_strangers_in_are_refused_at_the_start(
    issuer: Issuer, more: dict[str, object], words: str
) -> None:
    with pytest.raises(BadUsage, match=words):
        require_login(settings(issuer, **more))
