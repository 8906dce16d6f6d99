"""Typed clients for browsers: what they make of the committed schema, and what they do with it."""

import pytest

from tests.conformance.conftest import Held
from tests.conformance.tools import JS, must, node, tool, version
from tests.e2e.service import Service


@pytest.fixture(scope="module")
def typed() -> None:
    """Make the types and compile the clients by them: wrong variables and fields do not compile."""
    (JS / "clients" / "tada").mkdir(exist_ok=True)
    must([tool("graphql-codegen"), "--config", "clients/codegen.yml"])
    must([tool("gql.tada"), "generate-output", "-c", "clients/tsconfig.json"])
    must([tool("tsc"), "-p", "clients/tsconfig.json"])


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize(
    ("package", "client", "least"),
    [("@apollo/client", "apollo", 9), ("@urql/core", "urql", 8), ("gql.tada", "tada", 3)],
)
def test_a_typed_client_queries_writes_and_hears(
    service: Service, held: Held, package: str, client: str, least: int
) -> None:
    name = f"{version(package)} by {version('@graphql-codegen/client-preset')}"
    script = f"clients/build/{client}.js"
    row = node(version(package) if client == "tada" else name, script, HEADWATER_URL=service.url)
    held(row, least)


def test_relay_compiles_pages_refetches_writes_and_hears(service: Service, held: Held) -> None:
    (JS / "relay" / "__generated__").mkdir(exist_ok=True)
    must([tool("relay-compiler"), "relay/relay.config.json"])
    must([tool("relay-compiler"), "relay/relay.config.json", "--validate"])
    must([tool("tsc"), "-p", "relay/tsconfig.json"])
    name = f"{version('relay-compiler')}, {version('relay-runtime')}"
    held(node(name, "relay/build/runtime.js", HEADWATER_URL=service.url), 7)
