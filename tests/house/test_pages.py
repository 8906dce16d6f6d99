"""The pages: what must be there, and that they name what there is."""

import re

import pytest

from api.settings import Settings
from graph.analyses.registry import ANALYSES
from graph.model.catalog import ENTITY, RELATION
from graph.store.statements import ACCESS_CONSTRAINTS, CONSTRAINTS
from tests.house import roles
from tests.house.catalogue import BEGIN, END, PAGE, block, rewritten
from tests.house.sources import ROOT, project

SECTIONS = re.split(r"^### ", block(), flags=re.MULTILINE)
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
}


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"])
def test_a_page_that_every_project_has_is_there_and_says_something(name: str) -> None:
    assert (ROOT / name).stat().st_size > 200


@pytest.mark.parametrize("name", ["definitions.md", "graph.md"])
def test_the_definitions_and_the_graph_have_their_pages(name: str) -> None:
    assert len(PAGES[name]) > 2_000


def test_the_changelog_tells_of_the_version_that_is_built_or_of_what_is_not_released_yet() -> None:
    version = project()["project"]["version"]
    assert re.search(
        rf"^## .*({re.escape(version)}|Unreleased)", PAGES["CHANGELOG.md"], re.MULTILINE
    )


@pytest.mark.parametrize("name", [analysis.name for analysis in ANALYSES])
def test_the_pages_name_every_analysis(name: str) -> None:
    pages = [text for page, text in PAGES.items() if page != "CHANGELOG.md"]
    assert any(re.search(rf"`{name}[` ]", text) for text in pages)


def test_links_between_pages_lead_somewhere() -> None:
    for path in [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_tests_that_a_page_names_are_there() -> None:
    named = [
        (page, *test.split("::"))
        for page, text in PAGES.items()
        for test in re.findall(r"`(tests/[^`\s]+)`", text)
    ]
    assert len(named) > 80
    for page, file, *names in named:
        assert (ROOT / file).exists(), f"{page}: {file}"
        source = (ROOT / file).read_text("utf-8") if names else ""
        for name in names:
            assert re.search(rf"^ *(def|async def|class) {name}\b", source, re.MULTILINE), (
                f"{page}: {file} has no {name}"
            )


def test_the_tables_of_the_graph_are_those_of_the_catalogue() -> None:
    # `python -m tests.house.catalogue` puts them right.
    page = PAGE.read_text(encoding="utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
    assert rewritten(page) == page


def test_the_tables_of_access_are_those_of_the_policy() -> None:
    # `python -m tests.house.roles` puts them right.
    page = PAGES["access.md"]
    assert page.count(roles.BEGIN) == page.count(roles.END) == 1
    assert roles.rewritten(page) == page


def test_the_page_of_access_names_every_setting_of_it() -> None:
    names = [name for name in Settings.model_fields if name.startswith(("auth", "oidc_"))]
    assert len(names) > 10
    assert all(f"`HEADWATER_{name.upper()}`" in PAGES["access.md"] for name in names)


def section(name: str) -> str:
    """Give what the tables of the graph say under a heading."""
    (own,) = [part for part in SECTIONS if part.startswith(f"{name}\n")]
    return own


@pytest.mark.parametrize("name", [*ENTITY, *RELATION])
def test_the_graph_page_names_each_kind_with_its_properties(name: str) -> None:
    if name in ENTITY:
        properties, rows = ENTITY[name].properties, section(name) + section("Every node")
    else:
        properties, rows = RELATION[name].settable, section(name)
    for prop in properties:
        assert f"| `{prop.name}` |" in rows


@pytest.mark.parametrize("name", RELATION)
def test_the_graph_page_names_each_pair_of_kinds_that_a_relationship_joins(name: str) -> None:
    pairs = {
        (source, target)
        for source, targets in re.findall(r"^- `(\w+)` → (.+)$", section(name), re.MULTILINE)
        for target in re.findall(r"`(\w+)`", targets)
    }
    assert pairs == set(RELATION[name].ends)


def test_the_picture_of_the_graph_shows_every_kind_and_every_relationship() -> None:
    picture = PAGES["graph.md"].partition("```mermaid")[2].partition("```")[0]
    assert {*ENTITY, *RELATION} <= set(re.findall(r"\w+", picture))


def test_the_graph_page_names_the_nodes_of_the_log_and_of_access() -> None:
    made = " ".join((*CONSTRAINTS, *ACCESS_CONSTRAINTS))
    labels = set(re.findall(r"FOR \(n:(\w+)\)", made)) - set(ENTITY)
    log, access = {"Ledger", "Change", "ChangePart", "Idempotency"}, {"AccessToken", "Refusal"}
    assert labels == log | access | {"RefusalRing"}
    assert all(f"| `{label}` |" in PAGES["graph.md"] for label in labels)
