"""What no source does: run a shell or a text, or open a file that nobody named on the command line."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, place, sources, tree

RUNNING = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads"}
RUNNING |= {"pickle.load", "marshal.loads", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}
OPENING = {
    "open",
    "read_bytes",
    "read_text",
    "write_bytes",
    "write_text",
    "iterdir",
    "glob",
    "rglob",
}


def called(module: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module) if isinstance(node, ast.Call))


def runs_text(call: ast.Call) -> bool:
    shell = any(
        word.arg == "shell" and ast.unparse(word.value) != "False" for word in call.keywords
    )
    return shell or ast.unparse(call.func) in RUNNING


def opens(call: ast.Call) -> bool:
    """Say whether a call opens a file, or lists a folder."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
    return name in OPENING


def test_nothing_runs_a_shell_or_evaluates_text() -> None:
    found = [
        place(path, call.lineno)
        for path in sources()
        for call in called(tree(path))
        if runs_text(call)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["eval(x)", "os.system('ls')", "subprocess.run(x, shell=True)", "pickle.loads(x)"]
)
def test_running_a_text_is_seen(line: str) -> None:
    assert any(map(runs_text, called(ast.parse(line))))


def test_only_what_the_command_line_names_is_opened() -> None:
    """What answers requests opens nothing; of what reads documents, one place does."""
    opened = {
        str(path.relative_to(ROOT))
        for path in sources("graph", "schema", "seeds")
        for call in called(tree(path))
        if opens(call)
    }
    allowed = re.compile(
        r"graph/store/(backups|folder|guard|embedded|child|java|neo4j_server|room)\.py"
    )
    assert {name for name in opened if not allowed.fullmatch(name)} == {
        "seeds/document.py"  # the path that is given
    }
