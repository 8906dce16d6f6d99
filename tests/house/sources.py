"""What the rules of the house are checked on: the project's own files."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("graph", "schema", "seeds", "api")


def sources(*packages: str) -> list[Path]:
    """Give our Python files of packages, of the four where none is named."""
    return sorted(
        path
        for package in packages or PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if not any(map(_is_others, path.relative_to(ROOT).parts))
    )


def _is_others(folder: str) -> bool:
    """Say whether what lies in a folder was installed there."""
    return folder == "node_modules" or folder.startswith(".venv")


def module_name(path: Path) -> str:
    """Give the dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def place(path: Path, line: int = 1) -> str:
    """Give a place in a source file as messages show it."""
    return f"{path.relative_to(ROOT)}:{line}"


def tree(path: Path) -> ast.Module:
    """Parse a source file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Give the dotted names that a file imports, `a.b` also for `from a import b`, with lines."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module), node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
