from tests.conformance.conftest import Held
from tests.conformance.tools import node, version
from tests.e2e.service import Service

AUDITS = 61


def test_graphql_over_http_by_all_audits_of_its_working_group(service: Service, held: Held) -> None:
    held(
        node(f"{version('graphql-http')} serverAudits", "http.mjs", HEADWATER_URL=service.url),
        AUDITS,
    )
