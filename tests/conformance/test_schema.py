"""The committed schema itself: by the rules of others, and against the last release."""

from pathlib import Path

from tests.conformance.conftest import Held
from tests.conformance.tools import ROOT, node, run, version

SDL = "schema/schema.graphql"


def test_the_schema_keeps_the_recommended_rules_and_those_of_relay(held: Held) -> None:
    name = f"{version('@graphql-eslint/eslint-plugin')} schema-recommended and relay, rules"
    held(node(name, "rows/eslint.mjs"), 24)


def test_what_breaks_clients_since_the_last_release_is_told(held: Held, tmp_path: Path) -> None:
    before = tmp_path / "released.graphql"
    base = released()
    before.write_text(_git("show", f"{base}:{SDL}"), encoding="utf-8")
    name = f"{version('@graphql-inspector/core')} since {base}"
    held(node(name, "rows/inspector.mjs", HEADWATER_RELEASED_SDL=str(before)), 3)


def released() -> str:
    """Give the last tag; before there is one, where main was left, or what came before on it."""
    tag = _git("describe", "--tags", "--abbrev=0").strip()
    left = (
        _git("merge-base", "HEAD", "main").strip()
        or _git("merge-base", "HEAD", "origin/main").strip()
    )
    before = _git("rev-parse", "--short", "HEAD~1").strip()
    here = _git("rev-parse", "HEAD").strip()
    return tag or (left[:12] if left != here else "") or before or here


def _git(*words: str) -> str:
    """Ask git; "" where it does not know."""
    done = run(["git", *words], ROOT)
    return done.stdout if done.returncode == 0 else ""
