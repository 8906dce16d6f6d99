"""Finds a Java development kit and fetches jars with Maven: for a local Neo4j alone."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from graph.errors import EngineFailed

JVM_FOLDER = Path("/usr/lib/jvm")

FETCH_LIMIT = 900.0
"""Seconds for Maven to bring some 150 MB."""


def find_java(oldest: int, newest: int) -> Path:
    """Return the `java` of the newest kit between two versions: JAVA_HOME first, then the machine's.

    A kit and no mere runtime, because the launcher is compiled as it starts.
    """
    seen: dict[Path, int] = {}
    for home in _homes():
        version = _version(home)
        if version:
            seen.setdefault(home.resolve(), version)
    fitting = [(home, version) for home, version in seen.items() if oldest <= version <= newest]
    if not fitting:
        found = ", ".join(f"{version} in {home}" for home, version in seen.items()) or "none"
        raise EngineFailed(
            f"No Java development kit of version {oldest} to {newest} found (found: {found})",
            f"Install one, or set JAVA_HOME; looked there, in {JVM_FOLDER} and on PATH",
        )
    preferred = os.environ.get("JAVA_HOME", "")
    if preferred and fitting[0][0] == Path(preferred).resolve():
        return fitting[0][0] / "bin" / "java"
    return max(fitting, key=lambda kit: kit[1])[0] / "bin" / "java"


def fetch_jars(pom: Path, version: str, target: Path) -> Path:
    """Return the folder with the jars `pom` asks for, fetched on the first call; all or nothing."""
    if target.is_dir():
        return target
    maven = shutil.which("mvn")
    if maven is None:
        raise EngineFailed(
            f"Maven (mvn) is missing, which fetches Neo4j {version}",
            "Install Maven, or connect to a Neo4j that runs already by its URI",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    # One at a time: Maven's own store of what it fetched is not made for two.
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            _fetch(maven, pom, version, target)
    if not target.is_dir():
        raise EngineFailed(f"{target} could not be made", "Check that its folder is writable")
    return target


def _fetch(maven: str, pom: Path, version: str, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=f"{target.name}.", dir=target.parent) as folder:
        jars = Path(folder) / "jars"
        order = (
            "-q",
            "-B",
            "-f",
            str(pom),
            f"-Dneo4j.version={version}",
            f"-DoutputDirectory={jars}",
        )
        scope = ("-DincludeScope=runtime", "dependency:copy-dependencies")
        _run_maven((maven, *order, *scope), version, target)
        # Whether that was possible, whoever called looks.
        with suppress(OSError):
            jars.rename(target)


def _run_maven(command: tuple[str, ...], version: str, target: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=FETCH_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EngineFailed(
            f"Maven did not bring Neo4j {version} within {FETCH_LIMIT:.0f} s",
            "Check the network, then try again: what it has brought is kept",
        ) from error
    if done.returncode:
        problems = re.findall(r"\[ERROR\]\s+(\S.*)", done.stdout + done.stderr)
        raise EngineFailed(
            f"Maven could not bring Neo4j {version} to {target}: {(problems or ['no reason'])[0][:300]}",
            "Check the network and Maven's own settings, then try again",
        )


def _homes() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home)
    if JVM_FOLDER.is_dir():
        yield from sorted(JVM_FOLDER.iterdir())
    if java := shutil.which("java"):
        yield Path(java).resolve().parents[1]


def _version(home: Path) -> int:
    """Return the major version of the kit in this folder, 0 where there is no kit."""
    if not (home / "bin" / "javac").exists():
        return 0
    with suppress(OSError):
        text = (home / "release").read_text(encoding="utf-8", errors="replace")
        if match := re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE):
            return int(match[1])
    return 0
