"""The tools for agents, by the protocol's own client and inspector."""

import orjson

from tests.conformance.conftest import Held
from tests.conformance.test_pythons import BIN, FOLDER, version_of
from tests.conformance.tools import HERE, Row, counted, node, run
from tests.e2e.service import Service

AGENTS = HERE / "agents"


def test_the_protocol_s_own_client_lists_and_calls(service: Service, held: Held) -> None:
    done = run([BIN / "python", "by_mcp.py"], FOLDER, HEADWATER_URL=service.url)
    held(Row(f"mcp {version_of('mcp')}", *counted(done), done.stdout + done.stderr), 8)


def test_the_protocol_s_inspector_lists_and_calls(service: Service, held: Held) -> None:
    lock = orjson.loads((AGENTS / "package-lock.json").read_bytes())
    package = "@modelcontextprotocol/inspector"
    version = lock["packages"][f"node_modules/{package}"]["version"]
    script = str(AGENTS / "inspector.mjs")
    held(node(f"{package} {version}", script, HEADWATER_URL=service.url), 5)
