"""Pictures over HTTP: what is drawn, at which revision, and how it says no."""

import asyncio
from xml.etree import ElementTree as ET

import httpx
import pytest

from api.app import create_app
from api.painting.painters import drawable
from api.settings import Settings
from graph.commands import CreateNode
from graph.workspace import Workspace
from tests.schema.asking import company
from tests.schema.test_analyses import REQUIRED

IMPACT = "/pictures/impact.svg?root=Team/alpha"


def _sent(workspace: Workspace, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        app = create_app(workspace, Settings())
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(send())


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return company()


@pytest.mark.parametrize("name", drawable())
def test_every_analysis_that_can_be_drawn_is_a_picture_in_all_forms(
    workspace: Workspace, name: str
) -> None:
    root = REQUIRED.get(name, "").removeprefix('root: "').removesuffix('"')
    query = f"?root={root}" if root else ""
    drawn = _sent(workspace, f"/pictures/{name}.svg{query}")
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    assert ET.fromstring(drawn.text).tag == "{http://www.w3.org/2000/svg}svg"
    assert _sent(workspace, f"/pictures/{name}.dot{query}").text.startswith("digraph headwater {\n")
    written = _sent(workspace, f"/pictures/{name}.mmd{query}")
    assert written.text.startswith(("flowchart ", "gantt\n"))
    assert written.headers["content-type"] == "text/vnd.mermaid; charset=utf-8"


def test_a_picture_names_its_revision_and_may_not_run_anything(workspace: Workspace) -> None:
    drawn = _sent(workspace, IMPACT)
    assert drawn.headers["headwater-revision"] == str(workspace.snapshot().revision)
    assert drawn.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert drawn.headers["x-content-type-options"] == "nosniff"


def test_parameters_go_by_their_names(workspace: Workspace) -> None:
    drawn = _sent(workspace, "/pictures/critical-path.svg?start=2026-01-05&calendar=weekdays")
    assert "from 2026-01-05 to 2026-01-12" in drawn.text
    narrow = _sent(workspace, "/pictures/neighborhood.svg?root=Team/alpha&relations=OWNS,BUILDS")
    assert "Around team Alpha" in narrow.text
    assert "delivers" not in narrow.text


def test_a_picture_that_is_known_is_not_sent_again_until_the_graph_changes() -> None:
    workspace = company()
    known = _sent(workspace, IMPACT).headers["etag"]
    again = _sent(workspace, IMPACT, **{"If-None-Match": f'"other", {known}'})
    assert (again.status_code, again.content) == (304, b"")
    assert _sent(workspace, IMPACT, **{"If-None-Match": "*"}).status_code == 304
    workspace.execute(CreateNode("Team", "new"), actor="x")
    assert _sent(workspace, IMPACT, **{"If-None-Match": known}).status_code == 200


def test_a_head_has_the_headers_alone(workspace: Workspace) -> None:
    head = _sent(workspace, IMPACT, "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("path", "status", "code", "words"),
    [
        ("nothing.svg", 404, "NOT_FOUND", "'nothing' is no analysis that can be drawn"),
        ("alignment.svg", 404, "NOT_FOUND", "'alignment' is no analysis that can be drawn"),
        ("impact.png?root=Team/alpha", 404, "NOT_FOUND", "no picture 'impact.png'"),
        ("impact", 404, "NOT_FOUND", "no picture 'impact'"),
        (".svg", 404, "NOT_FOUND", "no picture '.svg'"),
        ("impact.svg?root=Team/nobody", 404, "NOT_FOUND", "there is no Team/nobody"),
        ("impact.svg", 400, "BAD_USAGE", "root is missing"),
        ("impact.svg?roots=x", 400, "BAD_USAGE", "impact has no parameter 'roots'"),
        ("impact.svg?root=Team/alpha&root=Team/alpha", 400, "BAD_USAGE", "root is given twice"),
        ("impact.svg?root=Team/alpha&depth=x", 400, "BAD_USAGE", "depth 'x' cannot be read"),
        ("impact.svg?root=Team/alpha&depth=-1", 400, "BAD_USAGE", "depth -1 is below 0"),
        ("impact.svg?root=Team/alpha&kinds=Teem", 400, "BAD_USAGE", "does not take 'Teem'"),
        ("critical-path.svg?near_days=x", 400, "BAD_USAGE", "near_days 'x' cannot be read"),
        ("critical-path.svg?start=soon", 400, "BAD_USAGE", "it takes a day"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    workspace: Workspace, path: str, status: int, code: str, words: str
) -> None:
    answer = _sent(workspace, f"/pictures/{path}")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (status, code)
    assert words in error["message"]


def test_a_refusal_says_the_way_out(workspace: Workspace) -> None:
    (error,) = _sent(workspace, "/pictures/impact.svg?roots=x").json()["errors"]
    assert error["extensions"]["hint"] == "did you mean root?"
    (error,) = _sent(workspace, "/pictures/nothing.svg").json()["errors"]
    assert "neighborhood" in error["extensions"]["hint"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_are_told_which_one_it_takes(workspace: Workspace, method: str) -> None:
    answer = _sent(workspace, IMPACT, method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"
