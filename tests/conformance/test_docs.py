"""The page for front-end developers: each of its examples is run, and prints what the page says."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.conftest import Held
from tests.conformance.organisation import document
from tests.conformance.tools import HERE, JS, ROOT, Row, must, run, tool
from tests.e2e.service import Service

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SAID = "http://127.0.0.1:8484"
FOLDER = JS / "docs"
FILE = re.compile(r"^(?://|#) ([\w./-]+\.\w+)\n")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the file it belongs into or "", its text, and what it prints."""

    language: str
    file: str
    text: str
    prints: str


def blocks() -> list[Block]:
    found = re.findall(r"^```([\w ]+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    made = []
    for place, (language, text) in enumerate(found):
        named = FILE.match(text)
        after, prints = found[place + 1] if place + 1 < len(found) else ("", "")
        expects = after in {"json", "text"} and not FILE.match(prints)
        made.append(Block(language, named[1] if named else "", text, prints if expects else ""))
    return made


BLOCKS = blocks()


@pytest.fixture(scope="module")
def laid_out(service: Service) -> None:
    """Put the files of the page where they say they are, and make what they are made into."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for block in BLOCKS:
        if block.file:
            path = FOLDER / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            text = FILE.sub("", block.text) if path.suffix == ".json" else block.text
            path.write_text(here(text, service), encoding="utf-8")
    shutil.copy(ROOT / "schema" / "schema.graphql", FOLDER)
    (FOLDER / "relay" / "__generated__").mkdir()
    must([tool("graphql-codegen"), "--config", "codegen.yml"], FOLDER)
    must([tool("relay-compiler"), "relay.config.json"], FOLDER)
    must([tool("tsc"), "-p", "docs.tsconfig.json"])
    must([tool("tsc"), "-p", "docs.relay.tsconfig.json"])
    (FOLDER / "build" / "relay" / "package.json").write_text('{"type": "commonjs"}')
    must(["node", "rows/babel.mjs", *(FOLDER / "build" / "relay").rglob("*.js")])


def here(text: str, service: Service) -> str:
    """Give a text with the running service in the place of the one it names."""
    return text.replace(SAID, service.url).replace(
        SAID.replace("http", "ws"), service.url.replace("http", "ws")
    )


def test_the_document_of_the_page_is_a_part_of_what_the_service_serves() -> None:
    (text,) = (block.text for block in BLOCKS if block.language == "json lines")
    served = [json.loads(line) for line in document().splitlines()]
    assert [line for line in map(json.loads, text.splitlines()) if line not in served] == []


@pytest.mark.usefixtures("laid_out")
def test_every_example_of_the_page_prints_what_the_page_says(service: Service, held: Held) -> None:
    runnable = [block for block in BLOCKS if block.language in {"sh", "ts", "python"}]
    failed = [words for block in runnable if (words := _failure(block, service))]
    least = 9
    held(
        Row("docs/api.md examples", len(runnable) - len(failed), len(runnable), "\n".join(failed)),
        least,
    )


def _failure(block: Block, service: Service) -> str:
    """Run an example; "" when it prints what the page says, else what came instead."""
    words: list[str | Path] = ["bash", "-c", here(block.text, service)]
    if block.language == "ts":
        words = ["node", FOLDER / "build" / Path(block.file).with_suffix(".js")]
    elif block.language == "python":
        words = [HERE / ".venv-python" / "bin" / "python", block.file]
    done = run(words, FOLDER)
    same = _alike(done.stdout, block.prints)
    return "" if same and done.returncode == 0 else f"{block.text}{done.stdout}{done.stderr}"


def _alike(printed: str, expected: str) -> bool:
    if not expected:
        return False
    if expected.startswith("{") and printed.startswith('{"'):
        return bool(json.loads(printed) == json.loads(expected))
    return printed == expected
