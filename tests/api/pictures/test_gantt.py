"""A schedule as bars: the places of its bars are those of its days, whatever their names."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from api.pictures.chart import Bar, Chart, Link, Mark
from api.pictures.gantt import CRITICAL, DONE, FIELD, PLAIN, ROW, THICK, gantt_svg
from api.pictures.lettering import clean
from tests.api.pictures.marks import SVG, assert_harmless, charts, corners, numbers, texts, titles


def chart(*bars: Bar, links: tuple[Link, ...] = (), today: Mark | None = None) -> Chart:
    last = max(max(bar.end, bar.late_end) for bar in bars)
    return Chart("work", "", bars, links, (Mark(0, "0"),), 0, last, today)


def bars_of(root: ET.Element) -> dict[str, ET.Element]:
    """Give the rectangle of each bar by its key: its row begins with the key in its title."""
    found = {}
    for group in root.findall(f"{SVG}g"):
        title = group.find(f"{SVG}title")
        rects = [
            mark for mark in group.findall(f"{SVG}rect") if mark.attrib["height"] == f"{THICK:g}"
        ]
        if title is not None and rects:
            found[(title.text or "").split(";")[0].split(":")[0]] = rects[0]
    return found


STEPS = [
    Bar(f"n{at}", f"k{at}", f"k{at}", at * 2.0, at * 2.0 + 3, at * 2.0 + 3) for at in range(50)
]


@settings(max_examples=60)
@given(charts())
def test_it_is_well_formed_and_made_of_harmless_marks_whatever_the_texts(drawn: Chart) -> None:
    root = ET.fromstring(gantt_svg(drawn))
    assert_harmless(root)
    for bar in drawn.bars:
        assert any(clean(bar.key) in told and clean(bar.title) in told for told in titles(root))


def test_bars_begin_and_end_where_their_days_do() -> None:
    root = ET.fromstring(gantt_svg(chart(*STEPS)))
    drawn = bars_of(root)
    scale = FIELD / 101
    left = float(drawn["k0"].attrib["x"])
    for bar in STEPS:
        mark = drawn[bar.key]
        assert float(mark.attrib["x"]) == pytest.approx(left + bar.begin * scale, abs=0.1)
        assert float(mark.attrib["width"]) == pytest.approx(3 * scale, abs=0.1)


def test_fifty_rows_stand_one_below_the_other_and_within_the_picture() -> None:
    root = ET.fromstring(gantt_svg(chart(*STEPS)))
    tops = [float(mark.attrib["y"]) for mark in bars_of(root).values()]
    assert len(tops) == 50
    assert all(after - before == pytest.approx(ROW, abs=0.1) for before, after in pairwise(tops))
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    assert all(0 <= x <= wide and 0 <= y <= high for x, y in corners(root))


def test_the_width_does_not_depend_on_what_is_drawn() -> None:
    long = Bar("n0", "k", "w" * 300, 0, 1e6, 1e6)
    one, other = (ET.fromstring(gantt_svg(chart(bar))) for bar in (long, STEPS[0]))
    assert one.attrib["width"] == other.attrib["width"]


def test_what_is_critical_done_or_late_is_said_in_words_and_by_the_form_of_its_bar() -> None:
    root = ET.fromstring(
        gantt_svg(
            chart(
                Bar("n0", "a", "a", 0, 2, 2, critical=True),
                Bar("n1", "b", "b", 0, 2, 5),
                Bar("n2", "c", "c", 0, 2, 2, done=True),
                Bar("n3", "d", "d", 0, 4, 1, critical=True),
            )
        )
    )
    drawn = bars_of(root)
    assert drawn["a"].attrib["fill"] == CRITICAL.strong
    assert drawn["b"].attrib["fill"] == PLAIN.rest
    assert (drawn["c"].attrib["fill"], drawn["c"].attrib["stroke-dasharray"]) == (DONE.rest, "3 2")
    said = texts(root)
    assert [said[said.index(key) + 2] for key in "abcd"] == ["critical", "3", "done", "3 late"]


def test_a_milestone_is_a_diamond_on_its_day() -> None:
    root = ET.fromstring(gantt_svg(chart(STEPS[0], Bar("m", "m", "m", 3, 3, 3))))
    assert "m" not in bars_of(root)
    (row,) = [group for group in root.findall(f"{SVG}g") if (group.findtext(f"{SVG}title")) == "m"]
    (path,) = row.findall(f"{SVG}path")
    points = numbers(path.attrib["d"])
    end = float(bars_of(root)["k0"].attrib["x"]) + float(bars_of(root)["k0"].attrib["width"])
    assert (points[0] + points[4]) / 2 == pytest.approx(end, abs=0.2)
    assert len(points) == 8


@pytest.mark.parametrize("from_finish", [True, False])
@pytest.mark.parametrize("to_finish", [True, False])
@pytest.mark.parametrize(("begin", "other"), [(0, 5), (5, 0), (5, 5)])
def test_a_link_leads_from_the_end_it_leaves_to_the_end_it_binds(
    from_finish: bool, to_finish: bool, begin: float, other: float
) -> None:
    bars = Bar("a", "a", "a", begin, begin + 3, 9), Bar("b", "b", "b", other, other + 3, 9)
    link = Link("a", "b", from_finish, to_finish, title="b needs a")
    root = ET.fromstring(gantt_svg(chart(*bars, links=(link,))))
    (group,) = [
        one for one in root.findall(f"{SVG}g") if one.findtext(f"{SVG}title") == "b needs a"
    ]
    points = numbers(group.findall(f"{SVG}path")[0].attrib["d"])
    drawn = bars_of(root)
    ends = {
        key: (float(mark.attrib["x"]), float(mark.attrib["x"]) + float(mark.attrib["width"]))
        for key, mark in drawn.items()
    }
    assert points[0] == pytest.approx(ends["a"][from_finish], abs=0.2)
    assert points[-2] == pytest.approx(ends["b"][to_finish], abs=4)
    middle = float(drawn["b"].attrib["y"]) + THICK / 2
    assert points[-1] == pytest.approx(middle, abs=THICK / 2 + 1.2)


def test_the_status_date_is_a_line_with_its_name() -> None:
    root = ET.fromstring(gantt_svg(chart(*STEPS, today=Mark(10, "status date 2026-01-20"))))
    assert "status date 2026-01-20" in texts(root)
    assert "status date 2026-01-20" in titles(root)


def test_a_long_name_is_cut_but_its_key_is_seen() -> None:
    root = ET.fromstring(gantt_svg(chart(Bar("n0", "kep-1", "name " * 40, 0, 1, 1))))
    (shown,) = [text for text in texts(root) if text.endswith("kep-1")]
    assert shown.startswith("name name")
    assert "… · kep-1" in shown
