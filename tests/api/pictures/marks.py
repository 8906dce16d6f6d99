"""Reading the marks of an SVG back."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from hypothesis import strategies as st

from api.pictures.chart import Bar, Chart, Link, Mark
from tests.api.pictures.drawn import hostile

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "g", "title", "desc", "rect", "path", "text"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def assert_harmless(root: ET.Element) -> None:
    """Nothing runs, nothing is fetched, and the picture names and describes itself."""
    title, described = list(root)[:2]
    assert (title.tag, described.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.attrib["role"] == "img"
    for mark in root.iter():
        assert mark.tag.removeprefix(SVG) in TAGS
        assert not any("href" in name or name.startswith("on") for name in mark.attrib)
        assert not any("url(" in value for value in mark.attrib.values())


def texts(root: ET.Element) -> list[str]:
    return [mark.text or "" for mark in root.iter(f"{SVG}text")]


def titles(root: ET.Element) -> list[str]:
    return [mark.text or "" for mark in root.iter(f"{SVG}title")]


def numbers(text: str) -> list[float]:
    return [float(found) for found in _NUMBER.findall(text)]


def corners(root: ET.Element) -> Iterator[tuple[float, float]]:
    """Give two corners of every rectangle below a mark that stands where its own numbers say."""
    todo = [root]
    for mark in todo:
        todo += [below for below in mark if "transform" not in below.attrib]
        if mark.tag == f"{SVG}rect":
            x, y = float(mark.attrib["x"]), float(mark.attrib["y"])
            yield x, y
            yield x + float(mark.attrib["width"]), y + float(mark.attrib["height"])


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Give charts whose texts are hostile wherever there are texts."""
    count = draw(st.integers(0, 6))
    bars = []
    for at in range(count):
        begin, days = draw(st.integers(-5, 50)), draw(st.integers(0, 9))
        room = draw(st.integers(-3, 9))
        bars.append(
            Bar(
                *(f"n{at}", draw(hostile), draw(hostile)),
                *(float(begin), float(begin + days), float(begin + days + room)),
                critical=draw(st.booleans()),
                done=draw(st.booleans()),
                facts=tuple(draw(st.lists(hostile, max_size=2))),
            )
        )
    ends = st.sampled_from([bar.id for bar in bars]) if len(bars) > 1 else st.nothing()
    links = st.builds(
        Link, ends, ends, st.booleans(), st.booleans(), st.booleans(), hostile, hostile
    )
    drawn = draw(st.lists(links, max_size=6)) if len(bars) > 1 else []
    return Chart(
        draw(hostile),
        draw(hostile),
        tuple(bars),
        tuple(drawn),
        (Mark(0, draw(hostile)), Mark(30, draw(hostile))),
        min((bar.begin for bar in bars), default=0.0),
        max([1.0, *(max(bar.end, bar.late_end) for bar in bars)]),
        draw(st.none() | st.builds(Mark, st.floats(0, 50), hostile)),
        draw(hostile),
    )
