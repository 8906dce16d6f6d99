"""Whatever the schema allows, at random: nothing of it may fail in the service, or leak from it."""

import re
import shutil
from pathlib import Path

from tests.conformance.conftest import Held
from tests.conformance.tools import HERE, Row, run
from tests.e2e.service import Service

SCHEMATHESIS = HERE / ".venv-fuzzing" / "bin" / "schemathesis"
CASES = 2_000
PER_OPERATION = 16
REFUSED = "GraphQL client error"
"""What has the right types and breaks a rule is refused, with a code: the caller's error, not ours."""


def test_no_operation_fails_in_the_service_or_leaks_whatever_it_is_given(
    service: Service, held: Held, tmp_path: Path
) -> None:
    words: list[str | Path] = [
        *(SCHEMATHESIS, "run", f"{service.url}/graphql", "--checks", "all", "--phases", "fuzzing"),
        *("--max-examples", str(PER_OPERATION), "--seed", "7", "--continue-on-failure"),
        *("--no-shrink", "--generation-database", "none", "--no-color", "--request-timeout", "30"),
    ]
    # In a folder of its own: what it keeps of earlier runs would be run first.
    for name in ("schemathesis.toml", "hooks.py"):
        shutil.copy(HERE / "fuzzing" / name, tmp_path)
    done = run(words, tmp_path)
    summary = done.stdout.partition("SUMMARY")[2]
    cases = re.search(r"(\d+) generated", summary)
    found = {what: int(many) for what, many in re.findall(r"❌ (?:\w+ )?(.+): (\d+)\n", summary)}
    broken = sum(many for what, many in found.items() if what != REFUSED)
    broken += summary.count("🚫") + (cases is None)
    many = int(cases[1]) if cases else 1
    name = (
        f"schemathesis {_version()}, all checks, {found.get(REFUSED, 0)} cases refused with a code"
    )
    held(Row(name, many - broken, many, done.stdout[-20_000:] + done.stderr), CASES)


def _version() -> str:
    locked = (HERE / "fuzzing" / "requirements.txt").read_text(encoding="utf-8")
    found = re.search(r"^schemathesis==(\S+)", locked, re.MULTILINE)
    return found[1] if found else ""
