"""The shape of the house: which package may know which, and how large its parts may grow."""

import ast
import subprocess
import sys

import pytest

from tests.house.sources import PACKAGES, ROOT, module_name, place, project, sources, tree

MODULE_LINES = 400
FUNCTION_LINES = 40
VAGUE = {"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"}


def words(name: str) -> set[str]:
    """Split a name in snake case or camel case into words in lower case."""
    spaced = "".join(f"_{char}" if char.isupper() else char for char in name)
    return set(spaced.lower().split("_"))


def test_the_four_packages_are_there_and_hold_modules() -> None:
    for package in PACKAGES:
        assert (ROOT / package / "__init__.py").is_file(), package
        assert len(sources(package)) > 1, package


def test_the_contracts_on_who_imports_whom_are_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(
        [*command, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_cover_the_four_packages_and_the_layers_of_the_domain() -> None:
    linter = project()["tool"]["importlinter"]
    assert set(linter["root_packages"]) == set(PACKAGES)
    layers = [
        contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers"
    ]
    assert ["api", "schema | seeds", "graph"] in layers
    assert [
        "workspace",
        "committing",
        "head | turns | writing",
        "contact",
        "store | commands | analyses",
        "model",
        "errors",
    ] in layers


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_longer_than_four_hundred_lines(package: str) -> None:
    lengths = {
        place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(package)
    }
    assert {where: lines for where, lines in lengths.items() if lines > MODULE_LINES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_is_longer_than_forty_lines(package: str) -> None:
    long = {
        f"{place(path, node.lineno)} {node.name}": lines
        for path in sources(package)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def test_the_linter_refuses_complex_functions_and_leaves_no_file_out() -> None:
    ruff = project()["tool"]["ruff"]
    assert ruff["lint"]["mccabe"]["max-complexity"] == 8
    assert "C90" in ruff["lint"]["select"]
    ignored = set(ruff["lint"]["ignore"]).union(*ruff["lint"]["per-file-ignores"].values())
    assert not {rule for rule in ignored if "C901".startswith(rule)}
    assert set(ruff["extend-exclude"]) == {".venv", "build"}


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_no_module_and_no_class_has_a_name_that_says_nothing(package: str) -> None:
    vague = [place(path) for path in sources(package) if words(path.stem) & VAGUE]
    vague += [
        f"{place(path, node.lineno)} {node.name}"
        for path in sources(package)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and words(node.name) & VAGUE
    ]
    assert vague == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_for(package: str) -> None:
    silent = [place(path) for path in sources(package) if not ast.get_docstring(tree(path))]
    assert silent == []


def test_every_module_is_a_part_of_its_package() -> None:
    for path in sources():
        assert (path.parent / "__init__.py").is_file(), module_name(path)
