"""What is shipped and what it needs: names that clash with nothing, locks that name no host."""

import json
import re
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT, project

OURS = {*PACKAGES, "tests"}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def locked(lock: str) -> list[str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)


@pytest.mark.parametrize("name", locked("service.txt"))
def test_no_dependency_brings_a_top_level_module_of_our_names(name: str) -> None:
    files = distribution(name).files
    assert files
    top = {file.parts[0].partition(".")[0] for file in files}
    assert not top & OURS


def test_our_packages_are_ours_alone_in_this_environment() -> None:
    brought = packages_distributions()
    assert {
        name: brought[name] for name in OURS if set(brought.get(name, [])) - {"headwater"}
    } == {}


def test_the_build_names_the_four_packages_and_leaves_the_tests_out() -> None:
    found = project()["tool"]["setuptools"]["packages"]["find"]["include"]
    assert set(found) == {*PACKAGES, *(f"{name}.*" for name in PACKAGES)}


def test_every_dependency_is_locked_with_its_hashes() -> None:
    names = {name.lower().replace("_", "-") for name in locked("service.txt")}
    for wanted in project()["project"]["dependencies"]:
        assert re.split(r"[<>=;\[ ]", wanted)[0].lower() in names, wanted
    for lock in LOCKS:
        for entry in re.split(r"\n(?=[A-Za-z])", lock.read_text(encoding="utf-8")):
            if "==" in entry.partition("\n")[0]:
                assert "--hash=sha256:" in entry, entry


def test_the_service_and_the_tests_run_on_the_same_versions() -> None:
    text = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    service = (ROOT / "requirements" / "service.txt").read_text(encoding="utf-8")
    for line in re.findall(r"^[A-Za-z0-9._-]+==\S+", service, re.MULTILINE):
        assert f"{line} " in text, line


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_names_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^--?(index|extra-index|find-links|trusted-host|i\b)", text, re.MULTILINE)


def test_a_lock_of_npm_names_no_registry() -> None:
    outside = {".venv", "node_modules", ".git", "build"}
    for path in ROOT.rglob("package-lock.json"):
        if outside & set(path.relative_to(ROOT).parts):
            continue
        packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
        named = [name for name, entry in packages.items() if "://" in entry.get("resolved", "")]
        assert named == [], path
        assert all("integrity" in entry for name, entry in packages.items() if name), path
