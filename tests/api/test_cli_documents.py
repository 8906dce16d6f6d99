"""Reading a document in memory: analyses, problems and exit codes, with no database at all."""

from pathlib import Path

import pytest

from graph.analyses.registry import ANALYSES
from tests.api.running import document, headwater, item, needs


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Three items, one after the other: a takes 2 days, b 3, c 1."""
    lines = (item("a", 2), item("b", 3), item("c", 1), needs("b", "a"), needs("c", "b"))
    return document(tmp_path / "chain.jsonl", *lines)


@pytest.fixture
def looping(tmp_path: Path) -> Path:
    """Three items that need each other in a circle."""
    lines = (item("a"), item("b"), item("c"), needs("b", "a"), needs("c", "b"), needs("a", "c"))
    return document(tmp_path / "loop.jsonl", *lines)


def test_the_json_of_an_analysis_is_its_result_in_snake_case(chain: Path) -> None:
    done = headwater("analyze", "critical-path", "--file", chain, "--json")
    assert done.code == 0
    found = done.json()
    assert found["finish_days"] == 6
    assert found["paths"] == [["a", "b", "c"]]
    assert found["near_critical"] == found["violations"] == []


def test_a_parameter_is_read_by_its_kind_and_reaches_the_analysis(chain: Path) -> None:
    words = ("analyze", "critical-path", "--file", chain, "--json")
    done = headwater(*words, "--start", "2026-01-05", "--calendar", "weekdays", "--scope", "a")
    assert done.code == 0
    assert done.json()["finish"] == "2026-01-06"


def test_a_parameter_that_cannot_be_read_is_one_line_and_bad_usage(chain: Path) -> None:
    done = headwater("analyze", "critical-path", "--file", chain, "--start", "soon")
    assert done.code == 2
    assert done.err.startswith("headwater: --start 'soon' cannot be read: it takes a day")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("name", [entry.name for entry in ANALYSES])
def test_every_analysis_is_a_command_with_the_options_it_declares(name: str) -> None:
    help_text = headwater("analyze", name, "--help", COLUMNS="200").out
    entry = next(found for found in ANALYSES if found.name == name)
    for parameter in entry.parameters:
        shown = parameter.name.upper() if parameter.positional else f"--{parameter.option}"
        assert shown in help_text
    for option in ("--json", "--as-of", "--file", "--partial", "--data-dir"):
        assert option in help_text


def test_the_list_of_analyses_is_the_registry() -> None:
    done = headwater("analyze", "--list", "--json")
    assert done.code == 0
    for entry in ANALYSES:
        assert f'"name":"{entry.name}"' in done.out
    assert ANALYSES[0].summary in headwater("analyze", "--list").out


def test_a_misspelt_analysis_is_told_with_the_nearest() -> None:
    done = headwater("analyze", "critcal-path")
    assert done.code == 2
    assert "'critical-path'" in done.err


def test_a_table_in_a_pipe_is_as_wide_as_its_content(tmp_path: Path) -> None:
    name = "x" * 300
    lines = (item("a"), f'{{"kind":"WorkItem","key":"b","name":"{name}"}}', needs("b", "a"))
    done = headwater("impact", "a", "--file", document(tmp_path / "wide.jsonl", *lines))
    assert done.code == 0
    assert name in done.out
    assert "\x1b" not in done.out


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    evil = '{"kind":"WorkItem","key":"b","name":"red \\u001b[31m [bold]x[/bold] \\u202e end"}'
    lines = (item("a"), evil, needs("b", "a"))
    done = headwater("impact", "a", "--file", document(tmp_path / "evil.jsonl", *lines))
    assert "red  [31m [bold]x[/bold]   end" in done.out


def test_a_schedule_loop_is_reported_by_the_analysis_with_its_path(looping: Path) -> None:
    done = headwater("analyze", "critical-path", "--file", looping, "--json")
    assert done.code == 1
    found = done.json()
    assert [(v["code"], v["path"]) for v in found["violations"]] == [  # type: ignore[attr-defined]
        ("loop", ["a", "b", "c", "a"])
    ]
    assert f"{looping}:6: WorkItem/a DEPENDS_ON WorkItem/c: would close a schedule loop" in done.err


def test_with_partial_the_link_that_closes_a_loop_is_left_out(looping: Path) -> None:
    done = headwater("analyze", "critical-path", "--file", looping, "--json", "--partial")
    assert done.code == 1
    assert done.json()["violations"] == []
    assert done.json()["finish_days"] == 3
    assert f"{looping}:6: " in done.err


def test_parallel_links_of_a_loop_are_all_kept(tmp_path: Path) -> None:
    lines = (item("a"), item("b"), needs("b", "a"), needs("a", "b"), needs("a", "b", lag_days=2))
    path = document(tmp_path / "parallel.jsonl", *lines)
    done = headwater("export", "--file", path)
    assert done.code == 1
    assert done.out.count('"rel": "DEPENDS_ON"') == 3


@pytest.mark.parametrize("family", ["PART_OF", "CONTRIBUTES_TO"])
def test_loops_of_every_family_reach_the_analyses(tmp_path: Path, family: str) -> None:
    kind = "WorkItem" if family == "PART_OF" else "Objective"
    lines = [f'{{"kind":"{kind}","key":"{key}"}}' for key in "ab"]
    lines += [
        f'{{"rel":"{family}","from":"{kind}/{one}","to":"{kind}/{other}"}}'
        for one, other in ("ab", "ba")
    ]
    path = document(tmp_path / "loop.jsonl", *lines)
    for words in (("analyze", "alignment"), ("trace", "a"), ("analyze", "critical-path")):
        done = headwater(*words, "--file", path, "--json")
        assert done.code == 1
        assert done.out.startswith("{")


def test_a_document_with_other_problems_is_refused_with_all_of_them(tmp_path: Path) -> None:
    lines = (item("a"), '{"kind":"Tem","key":"x"}', needs("a", "nowhere"))
    path = document(tmp_path / "bad.jsonl", *lines)
    done = headwater("analyze", "cycles", "--file", path, "--json")
    assert (done.code, done.out) == (1, "")
    assert f"{path}:2: there is no kind 'Tem' (did you mean Team?)" in done.err
    assert f"{path}:3: " in done.err
    assert "Traceback" not in done.err


def test_with_partial_the_good_part_of_a_document_is_used(tmp_path: Path) -> None:
    path = document(tmp_path / "bad.jsonl", item("a", 4), '{"kind":"Tem","key":"x"}')
    done = headwater("analyze", "critical-path", "--file", path, "--json", "--partial")
    assert done.code == 1
    assert done.json()["finish_days"] == 4
    assert f"{path}:2: " in done.err


def test_of_many_problems_the_first_fifty_are_shown(tmp_path: Path) -> None:
    path = document(tmp_path / "bad.jsonl", *['{"kind":"Tem","key":"x"}'] * 75)
    done = headwater("analyze", "cycles", "--file", path)
    assert done.code == 1
    assert done.err.count("there is no kind") == 50
    assert "and 25 more" in done.err


def test_several_documents_are_read_as_one_and_standard_input_is_one_too(chain: Path) -> None:
    words = ("analyze", "critical-path", "--file", chain, "--file", "-", "--json")
    done = headwater(*words, stdin=item("d", 2) + "\n" + needs("d", "c"))
    assert done.code == 0
    assert done.json()["finish_days"] == 8


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("analyze", "cycles", "--file", "/nowhere.jsonl"), "/nowhere.jsonl cannot be read"),
        (("analyze", "cycles", "--file", "x", "--as-of", "3"), "--as-of does not go with --file"),
        (("analyze", "cycles", "--as-of", "yesterday"), "neither a revision nor an instant"),
        (("analyze", "cycles", "--nope"), "No such option: --nope"),
        (("nope",), "No such command 'nope'"),
        (("export", "--json"), "--json needs --out"),
        (("import", "docment", "x"), "did you mean document?"),
    ],
)
def test_bad_usage_is_one_line_on_standard_error_and_exit_code_2(
    words: tuple[str, ...], said: str
) -> None:
    done = headwater(*words)
    assert done.code == 2
    assert done.err.startswith("headwater: ")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""


def test_a_slip_is_asked_by_a_dependency_by_its_ends_or_by_a_bare_key(chain: Path) -> None:
    words = ("--days", "4", "--today", "2026-01-05", "--file", chain)
    done = headwater("analyze", "impact-of-slip", "b->a", *words, "--json")
    assert done.code == 0
    found = done.json()
    assert str(found["root"]).startswith("WorkItem/b->WorkItem/a")
    assert [(row["key"], row["days"]) for row in found["items"]] == [("b", 4), ("c", 4)]  # type: ignore[attr-defined]
    bare = headwater("analyze", "impact-of-slip", "a", *words)
    assert bare.code == 0
    assert "If WorkItem/a slips 4 working days: 3 work items" in bare.out
    lost = headwater("analyze", "impact-of-slip", "b->x", *words)
    assert lost.code == 2
    assert "there is no dependency 'b->x'" in lost.err


def test_a_bare_key_is_enough_where_one_node_alone_has_it(chain: Path) -> None:
    full = headwater("impact", "WorkItem/a", "--file", chain, "--json")
    bare = headwater("impact", "a", "--file", chain, "--json")
    assert bare.code == 0
    assert bare.out == full.out
    assert [target["key"] for target in bare.json()["targets"]] == ["b", "c"]  # type: ignore[attr-defined]


def test_a_key_that_nothing_has_is_told_with_the_nearest(tmp_path: Path) -> None:
    path = document(tmp_path / "x.jsonl", '{"kind":"Team","key":"platform"}')
    done = headwater("impact", "platfrom", "--file", path)
    assert done.code == 2
    assert "did you mean Team/platform?" in done.err


def test_a_key_that_several_have_is_told_with_all_of_them(tmp_path: Path) -> None:
    lines = ('{"kind":"Team","key":"search"}', '{"kind":"Product","key":"search"}')
    done = headwater("trace", "search", "--file", document(tmp_path / "x.jsonl", *lines))
    assert done.code == 2
    assert "Product/search, Team/search" in done.err


def test_an_export_is_read_back_and_written_the_same(chain: Path, tmp_path: Path) -> None:
    once = headwater("export", "--file", chain)
    again = tmp_path / "again.yaml"
    told = headwater("export", "--file", chain, "--out", again, "--json")
    assert told.json() == {"file": str(again), "revision": 0, "nodes": 3, "relationships": 2}
    assert again.read_text(encoding="utf-8").startswith("- kind: WorkItem")
    assert headwater("export", "--file", again).out == once.out


def test_an_export_takes_the_place_of_the_file_and_keeps_its_mode(
    chain: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "graph.jsonl"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    assert headwater("export", "--file", chain, "--out", target).code == 0
    assert target.read_text(encoding="utf-8").startswith('{"kind": "WorkItem"')
    assert target.stat().st_mode & 0o777 == 0o640
    assert list(folder.iterdir()) == [target]


def test_an_export_into_a_folder_that_is_not_there_is_told(chain: Path, tmp_path: Path) -> None:
    done = headwater("export", "--file", chain, "--out", tmp_path / "no" / "x.jsonl")
    assert done.code == 2
    assert "cannot be written" in done.err


def test_items_without_a_duration_are_refused_with_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    path.write_text("".join(f'{{"kind": "WorkItem", "key": "w{n:02}"}}\n' for n in range(22)))
    done = headwater("analyze", "critical-path", "--file", path, "--missing", "refuse")
    lines = done.err.splitlines()
    assert (done.code, len(lines)) == (1, 21)
    assert "w00" in lines[0]
    assert "estimate_days" in lines[0]
    assert lines[-1] == "headwater: and 2 more"
    assert headwater("analyze", "critical-path", "--file", path, "--assume-days", "2").code == 0
