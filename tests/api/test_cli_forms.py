"""The forms of an answer: text, JSON and pictures, to standard output or to a file."""

import os
from pathlib import Path
from xml.etree import ElementTree as ET

import orjson
import pytest

from api.painting.painters import drawable
from api.painting.trees import holds_tree
from graph.analyses.registry import ANALYSES
from tests.api.running import document, headwater, item, needs

TRACE = ("trace", "grow")
CASCADE = ("analyze", "cascade", "grow")
TREES = pytest.mark.parametrize("words", [TRACE, CASCADE], ids=["trace", "cascade"])
PATH = ("analyze", "critical-path")
BEGINNINGS = {"mermaid": "flowchart LR\n", "dot": "digraph headwater {\n", "svg": "<svg "}


def relation(kind: str, source: str, target: str) -> str:
    return orjson.dumps({"rel": kind, "from": source, "to": target}).decode()


@pytest.fixture
def goals(tmp_path: Path) -> Path:
    """A company's objective, on which one hangs by two ways, and what supports it."""
    nodes = (
        '{"kind":"Company","key":"acme","name":"Acme & Sons"}',
        '{"kind":"Objective","key":"grow","name":"Grow <fast>"}',
        *(f'{{"kind":"Objective","key":"{key}"}}' for key in ("left", "right", "low", "aside")),
        '{"kind":"KeyResult","key":"users","start":0,"target":100,"current":40}',
    )
    links = (
        relation("OWNS", "Company/acme", "Objective/grow"),
        relation("CONTRIBUTES_TO", "Objective/left", "Objective/grow"),
        relation("CONTRIBUTES_TO", "Objective/right", "Objective/grow"),
        relation("CONTRIBUTES_TO", "Objective/low", "Objective/left"),
        relation("CONTRIBUTES_TO", "Objective/low", "Objective/right"),
        relation("SUPPORTS", "Objective/aside", "Objective/grow"),
        relation("MEASURES", "KeyResult/users", "Objective/low"),
    )
    return document(tmp_path / "goals.jsonl", *nodes, *links)


@TREES
def test_json_is_the_same_by_either_option(goals: Path, words: tuple[str, ...]) -> None:
    one = headwater(*words, "--file", goals, "--json")
    other = headwater(*words, "--file", goals, "--format", "json")
    both = headwater(*words, "--file", goals, "--format", "json", "--json")
    assert (one.code, one.out) == (0, other.out) == (0, both.out)
    assert one.json()["root"] == "Objective/grow"


@TREES
def test_text_is_what_comes_without_the_option(goals: Path, words: tuple[str, ...]) -> None:
    plain = headwater(*words, "--file", goals)
    assert plain.out == headwater(*words, "--file", goals, "--format", "text").out
    assert "O Grow <fast>  grow" in plain.out


@TREES
@pytest.mark.parametrize("form", BEGINNINGS)
def test_pictures_go_to_standard_output(goals: Path, words: tuple[str, ...], form: str) -> None:
    done = headwater(*words, "--file", goals, "--format", form)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(BEGINNINGS[form])


@TREES
@pytest.mark.parametrize("form", ["text", "json", *BEGINNINGS])
def test_a_file_gets_what_standard_output_would(
    goals: Path, tmp_path: Path, words: tuple[str, ...], form: str
) -> None:
    path = tmp_path / "answer"
    done = headwater(*words, "--file", goals, "--format", form, "--output", path)
    assert (done.code, done.out, done.err) == (0, "", "")
    wanted = headwater(*words, "--file", goals, "--format", form).out
    assert path.read_text(encoding="utf-8") == wanted


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.svg", "svg"),
        ("a.dot", "dot"),
        ("a.gv", "dot"),
        ("a.MMD", "mermaid"),
        ("a.json", "json"),
        ("a.txt", "text"),
    ],
)
def test_the_ending_of_the_file_names_the_form(
    goals: Path, tmp_path: Path, name: str, form: str
) -> None:
    assert headwater(*TRACE, "--file", goals, "--output", tmp_path / name).code == 0
    wanted = headwater(*TRACE, "--file", goals, "--format", form).out
    assert (tmp_path / name).read_text(encoding="utf-8") == wanted


def test_an_option_goes_before_the_ending(goals: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    assert headwater(*TRACE, "--file", goals, "--json", "--output", path).code == 0
    assert orjson.loads(path.read_bytes())["root"] == "Objective/grow"


@TREES
def test_two_forms_at_once_are_bad_usage(goals: Path, words: tuple[str, ...]) -> None:
    done = headwater(*words, "--file", goals, "--json", "--format", "svg")
    assert (done.code, done.out) == (2, "")
    assert "--json and --format svg contradict each other" in done.err


def test_an_unknown_form_is_bad_usage_that_names_the_known(goals: Path) -> None:
    done = headwater(*TRACE, "--file", goals, "--format", "png")
    assert done.code == 2
    assert "'mermaid'" in done.err


@pytest.mark.parametrize("form", BEGINNINGS)
def test_what_has_no_picture_says_which_pictures_there_are(tmp_path: Path, form: str) -> None:
    path = document(tmp_path / "one.jsonl", item("a"))
    done = headwater("analyze", "cycles", "--file", path, "--format", form)
    assert (done.code, done.out) == (2, "")
    assert f"cycles has no picture that could be drawn as {form}" in done.err
    assert "text or json" in done.err
    assert "cascade" in done.err


def test_what_has_no_picture_is_written_as_text_and_json(tmp_path: Path) -> None:
    path = document(tmp_path / "one.jsonl", item("a"))
    words = ("analyze", "cycles", "--file", path)
    assert headwater(*words, "--output", tmp_path / "a.json").code == 0
    assert (tmp_path / "a.json").read_text() == headwater(*words, "--json").out
    assert headwater("impact", "a", "--file", path, "--format", "json").code == 0


def test_trees_are_found_by_what_results_hold(goals: Path) -> None:
    trees = [entry.name for entry in ANALYSES if holds_tree(entry.result)]
    assert {"cascade", "trace"} <= set(trees) <= set(drawable()) < {e.name for e in ANALYSES}
    for name in trees:
        done = headwater("analyze", name, "grow", "--file", goals, "--format", "svg")
        assert (done.code, ET.fromstring(done.out).tag.rpartition("}")[2]) == (0, "svg"), name


@pytest.mark.parametrize(
    "words", [("impact", "a"), ("neighborhood", "a"), PATH], ids=lambda w: w[0]
)
@pytest.mark.parametrize("form", ["mermaid", "dot", "svg"])
def test_schedules_impacts_and_neighbourhoods_are_pictures_too(
    tmp_path: Path, words: tuple[str, ...], form: str
) -> None:
    path = document(tmp_path / "two.jsonl", item("a"), item("b"), needs("b", "a"))
    done = headwater(*words, "--file", path, "--format", form)
    beginning = "gantt\n" if form == "mermaid" and words == PATH else BEGINNINGS[form].split()[0]
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(beginning)


def test_a_neighbourhood_is_a_table_and_json_too(tmp_path: Path) -> None:
    path = document(tmp_path / "two.jsonl", item("a"), item("b"), needs("b", "a"))
    shown = headwater("neighborhood", "a", "--file", path)
    assert (shown.code, shown.err) == (0, "")
    assert "WorkItem/b  WorkItem/a" in shown.out
    found = headwater("neighborhood", "a", "--file", path, "--json").json()
    assert found == headwater("analyze", "neighborhood", "a", "--file", path, "--json").json()
    assert (found["root"], found["count"]) == ("WorkItem/a", 1)


def test_a_trace_is_drawn_with_its_ways_up_and_what_is_traced_set_off(goals: Path) -> None:
    done = headwater("trace", "low", "--file", goals, "--format", "mermaid")
    lines = done.out.splitlines()
    boxes = {line.split("<br/>")[0].split("· ")[-1] for line in lines if "<br/>" in line}
    assert {"acme", "grow"} <= boxes
    assert len([line for line in lines if " --- " in line]) == 6
    (focus,) = [line.split()[1] for line in lines if line.startswith("    style")]
    assert any(f'{focus}["objective<br/>low' in line for line in lines)


def test_what_only_supports_is_dashed(goals: Path) -> None:
    assert '-.-|"supports"|' in headwater(*TRACE, "--file", goals, "--format", "mermaid").out
    assert headwater(*TRACE, "--file", goals, "--format", "dot").out.count("style=dashed") == 1


def test_what_a_picture_leaves_out_is_told_beside_it_too(tmp_path: Path) -> None:
    keys = [f"o{at}" for at in range(450)]
    lines = ['{"kind":"Company","key":"acme"}']
    lines += [f'{{"kind":"Objective","key":"{key}"}}' for key in keys]
    lines += [relation("OWNS", "Company/acme", f"Objective/{key}") for key in keys]
    path = document(tmp_path / "wide.jsonl", *lines)
    done = headwater("trace", "acme", "--file", path, "--format", "svg")
    assert done.code == 0
    assert done.err == "51 of 451 nodes are not drawn\n"
    assert "51 of 451 nodes are not drawn" in done.out


def test_a_file_that_cannot_be_written_is_bad_usage_and_names_the_option(
    goals: Path, tmp_path: Path
) -> None:
    done = headwater(*TRACE, "--file", goals, "--output", tmp_path / "none" / "a.svg")
    assert done.code == 2
    assert "a.svg cannot be written" in done.err
    assert "--output" in done.err


def test_a_pipe_is_written_to_and_stays_a_pipe(goals: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.svg"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert headwater(*TRACE, "--file", goals, "--output", pipe).code == 0
        assert os.read(reader, 5) == b"<svg "
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_link_stays_and_what_it_leads_to_is_written(goals: Path, tmp_path: Path) -> None:
    link, real = tmp_path / "link.svg", tmp_path / "real.svg"
    link.symlink_to(real)
    assert headwater(*TRACE, "--file", goals, "--output", link).code == 0
    assert link.is_symlink()
    assert real.read_text().startswith("<svg ")


def test_problems_of_the_document_still_end_with_exit_code_1(goals: Path, tmp_path: Path) -> None:
    bad = document(tmp_path / "bad.jsonl", '{"kind":"Team","key":"t","capaciti":1}')
    words = (*TRACE, "--file", goals, "--file", bad, "--partial", "--format", "svg")
    done = headwater(*words)
    assert done.code == 1
    assert done.out.startswith("<svg ")
