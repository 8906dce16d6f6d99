"""The protocols, by their authors' own clients and audits."""

from tests.conformance.conftest import Held
from tests.conformance.tools import node, version
from tests.e2e.service import Service

AUDITS = 61


def test_graphql_over_http_by_all_audits_of_its_working_group(service: Service, held: Held) -> None:
    name = f"{version('graphql-http')} serverAudits"
    held(node(name, "rows/http.mjs", HEADWATER_URL=service.url), AUDITS)


def test_graphql_over_websocket_by_its_own_client(service: Service, held: Held) -> None:
    held(node(version("graphql-ws"), "rows/ws.mjs", HEADWATER_URL=service.url), 40)


def test_graphql_over_server_sent_events_by_its_own_client(service: Service, held: Held) -> None:
    held(node(version("graphql-sse"), "rows/sse.mjs", HEADWATER_URL=service.url), 24)
