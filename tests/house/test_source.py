"""What must not stand in the source: unfinished work, mocks, clocks in the analyses."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, imported, place, sources, tree

UNFINISHED = re.compile(
    "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")), re.ASCII
)
EVASION = re.compile(
    "|".join((r"mark\.sk" + "ip", r"mark\.xf" + "ail", r"pytest\.sk" + "ip", r"pytest\.xf" + "ail"))
    + "|importor"
    + "skip|unittest.sk"
    + "ip"
)

IMPURE = {
    "time",
    "random",
    "secrets",
    "uuid",
    "logging",
    "structlog",
    "asyncio",
    "threading",
    "concurrent",
    "multiprocessing",
    "subprocess",
    "socket",
    "os",
    "pathlib",
    "neo4j",
}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp"}


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{place(path, number)}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("package", [*PACKAGES, "tests", "bench"])
def test_no_source_is_left_unfinished(package: str) -> None:
    assert lines_with(UNFINISHED, sources(package)) == []


def test_no_test_is_left_out() -> None:
    assert lines_with(EVASION, sources("tests")) == []


def test_every_test_module_is_collected() -> None:
    strays = [
        f"{place(path, node.lineno)} {node.name}"
        for path in sources("tests")
        if not path.stem.startswith("test_")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert strays == []


def test_no_module_has_two_tests_of_one_name() -> None:
    # The second would take the place of the first, which would then never run.
    for path in sources("tests"):
        names = [node.name for node in tree(path).body if isinstance(node, ast.FunctionDef)]
        assert len(set(names)) == len(names), place(path)


def test_no_test_imports_mocks() -> None:
    mocks = [
        f"{place(path, line)} {name}"
        for path in sources("tests")
        for name, line in imported(path)
        if re.search(r"(^|\.)mock(\.|$)|^pytest_mock", name)
    ]
    assert mocks == []


def own_names(module: ast.Module) -> set[str]:
    """Give the names under which a module knows parts of our packages."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {
                alias.asname or alias.name.split(".")[0]
                for alias in node.names
                if alias.name.split(".")[0] in PACKAGES
            }
        elif isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in PACKAGES:
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def replaced(module: ast.Module) -> Iterator[ast.Call]:
    """Give the calls that put something in the place of a part of our own packages."""
    ours = own_names(module)
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in {"setattr", "setitem", "delattr"} or not node.args:
            continue
        name = node.args[1] if len(node.args) > 1 else None
        if isinstance(name, ast.Constant) and str(name.value).isupper():
            continue  # a limit or a place, written in capitals, is a setting and no code
        target = node.args[0]
        while isinstance(target, ast.Attribute):
            target = target.value
        text = str(target.value) if isinstance(target, ast.Constant) else ""
        if text.split(".")[0] in PACKAGES or (isinstance(target, ast.Name) and target.id in ours):
            yield node


def test_no_test_puts_something_in_the_place_of_our_own_code() -> None:
    found = [place(path, call.lineno) for path in sources("tests") for call in replaced(tree(path))]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "monkeypatch.setattr('graph.workspace.TRIES', 1)",
        "monkeypatch.setattr(graph.workspace, 'sleep', print)",
        "monkeypatch.setattr(Workspace, 'execute', None)",
    ],
)
def test_putting_something_in_the_place_of_our_own_code_is_seen(line: str) -> None:
    text = f"import graph.workspace\nfrom graph.workspace import Workspace\n{line}\n"
    assert len(list(replaced(ast.parse(text)))) == 1


def impurities(module: ast.Module) -> Iterator[str]:
    """Give the uses of a clock, a random source, a log or a store in an analysis.

    A seeded generator is no random source: `from random import Random` and `Random(seed)`. The
    instant that a command was given, its own field `now`, is no clock.
    """
    for node in ast.walk(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from impure_imports(node)
        elif isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield "async"
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS and not is_own(node):
            yield node.attr
        elif isinstance(node, ast.Call):
            yield from impure_calls(node)


def is_own(node: ast.Attribute) -> bool:
    """Whether an attribute is read off the object itself, or off a part of it."""
    value = node.value
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Name) and value.id == "self"


def impure_imports(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.Import):
        yield from (name for name in names if name.split(".")[0] in IMPURE)
    elif str(node.module).split(".")[0] in IMPURE and (node.module, names) != (
        "random",
        ["Random"],
    ):
        yield f"from {node.module}"


def impure_calls(node: ast.Call) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    if name in CLOCKS and isinstance(node.func, ast.Attribute) and is_own(node.func):
        yield f"{name}()"
    unseeded = name in {"Random", "default_rng", "RandomState"} and not node.args
    if unseeded or name in {"print", "open", "SystemRandom"}:
        yield f"{name}()"


def test_an_analysis_knows_no_clock_no_random_source_no_log_and_no_store() -> None:
    found = {
        place(path): list(impurities(tree(path)))
        for path in sources("graph/analyses", "graph/model", "graph/commands")
    }
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "import random",
        "from random import random",
        "from random import Random, choice",
        "import logging",
        "from datetime import date\ndate.today()",
        "from datetime import datetime\nf = datetime.now",
        "from random import Random\nRandom()",
        "import numpy\nnumpy.random.default_rng()",
        "self.clock.now()",
        "self.today()",
        "async def run(): ...",
        "print(1)",
    ],
)
def test_what_an_analysis_must_not_know_is_seen(line: str) -> None:
    assert list(impurities(ast.parse(line)))


def test_the_instant_that_a_command_was_given_is_no_clock() -> None:
    assert list(impurities(ast.parse("day = of(self.now)\nat > self.command.now"))) == []


def test_a_seeded_generator_is_no_random_source() -> None:
    text = "from random import Random\nRandom(7)\nimport numpy\nnumpy.random.default_rng(7)"
    assert list(impurities(ast.parse(text))) == []


def test_each_library_of_the_graph_is_imported_in_its_own_room_alone() -> None:
    for library, home in (
        ("networkx", "graph/analyses/"),
        ("networkit", "graph/analyses/"),
        ("numpy", "graph/analyses/"),
        ("neo4j", "graph/store/"),
    ):
        elsewhere = [
            place(path, line)
            for path in sources()
            for name, line in imported(path)
            if name.split(".")[0] == library and not place(path).startswith(home)
        ]
        assert elsewhere == []
