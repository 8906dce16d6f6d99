"""The README's queries, run on the data that they are about."""

import re
from pathlib import Path

import pytest

import seeds
from graph.commands import Import
from graph.errors import Violation
from graph.model.records import Record
from graph.workspace import Workspace
from seeds.importers import importer
from tests.schema.asking import told

README = Path(__file__).parents[2] / "README.md"
DATA = Path(seeds.__file__).parent / "data"
QUERIES = re.findall(r"```graphql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """The graph of the demo."""
    problems: list[Violation] = []
    records: list[Record] = [
        *importer("kubernetes").read([DATA / "kubernetes"], problems.append),
        *importer("okr-json").read(sorted((DATA / "okrs").glob("*.json")), problems.append),
    ]
    filled = Workspace.in_memory()
    filled.execute(Import(records, partial=True), actor="demo")
    return filled


def test_there_are_ten_of_them_and_the_one_on_what_slips() -> None:
    assert len(QUERIES) >= 11


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_readme_finds_something(query: str, workspace: Workspace) -> None:
    for name, value in told(workspace, query).items():
        assert value not in (None, [], {}), name
