"""Clients in Python, in an environment of their own: they need another GraphQL library than ours."""

import pytest

from tests.conformance.conftest import Held
from tests.conformance.tools import HERE, Row, counted, must, run
from tests.e2e.service import Service

FOLDER = HERE / "python"
HOME = HERE / ".venv-python"
BIN = HOME / "bin"


@pytest.fixture(scope="module")
def made(service: Service) -> None:
    """Make the clients that are made: of the committed schema, and of the running service's."""
    must([BIN / "ariadne-codegen", "--config", "codegen.toml"], FOLDER)
    introspection = HOME / "introspection.json"
    url = f"{service.url}/graphql"
    must([BIN / "python", "-m", "sgqlc.introspection", url, introspection], FOLDER)
    must([BIN / "sgqlc-codegen", "schema", introspection, HOME / "sgqlc_schema.py"], FOLDER)


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("package", "script", "least"),
    [
        ("gql", "by_gql.py", 7),
        ("ariadne-codegen", "by_ariadne.py", 5),
        ("sgqlc", "by_sgqlc.py", 4),
    ],
)
def test_a_client_in_python_queries_writes_and_hears(
    service: Service, held: Held, package: str, script: str, least: int
) -> None:
    done = run([BIN / "python", script], FOLDER, HEADWATER_URL=service.url)
    row = Row(f"{package} {version_of(package)}", *counted(done), done.stdout + done.stderr)
    held(row, least)


def version_of(package: str) -> str:
    """Give the version of a package that is locked."""
    locked = (FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return (
        next(line for line in locked if line.startswith(f"{package}==")).split("==")[1].split()[0]
    )
