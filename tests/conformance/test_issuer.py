"""Logins by an issuer that others wrote."""

from pathlib import Path

import orjson

from graph.store.child import free_port
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from tests.conformance.conftest import Held
from tests.conformance.tools import HERE, Row, node
from tests.e2e.service import serving

FOLDER = HERE / "issuer"


def test_logins_by_tokens_of_a_certified_issuer(tmp_path: Path, held: Held) -> None:
    lock = orjson.loads((FOLDER / "package-lock.json").read_bytes())
    version = lock["packages"]["node_modules/oidc-provider"]["version"]
    issuer = f"http://127.0.0.1:{free_port()}"
    settings = {
        "HEADWATER_AUTH": "oidc",
        "HEADWATER_OIDC_ISSUER": issuer,
        "HEADWATER_OIDC_AUDIENCE": "headwater",
        "HEADWATER_OIDC_LEEWAY_S": "0",
        "HEADWATER_OIDC_REFETCH_S": "1",
    }
    # A graph of its own: the other tools count what is in theirs.
    with EmbeddedEngine.start(tmp_path) as engine:
        connection = Connection(engine.uri, engine.user, engine.password)
        found = _found(connection, issuer, f"oidc-provider {version}", settings)
    held(found, 13)


def _found(connection: Connection, issuer: str, name: str, settings: dict[str, str]) -> Row:
    with serving(connection, dev=False, **settings) as service:
        return node(
            name,
            str(FOLDER / "oidc.mjs"),
            HEADWATER_URL=service.url,
            HEADWATER_ISSUER=issuer,
        )
