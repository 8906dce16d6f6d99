"""A schedule as a Gantt diagram of Mermaid."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from api.pictures.chart import Bar, Chart
from api.pictures.lettering import clean
from api.pictures.mermaid import cut, escaped

NAME_CHARACTERS: Final = 48
KEY_CHARACTERS: Final = 20
PARTS: Final = 1_000
"""Thousandths of a day: without dates a day is drawn as a second, which Mermaid counts in these."""

_WORDS: Final = frozenset(
    {
        *("title", "section", "dateformat", "axisformat", "tickinterval", "excludes", "includes"),
        *("todaymarker", "weekday", "weekend", "inclusiveenddates", "topaxis", "gantt", "click"),
        *("acctitle", "accdescr", "call", "href"),
    }
)
"""What begins a line that is no item."""


def gantt_mermaid(chart: Chart) -> str:
    """Write a chart as a Gantt diagram. It has no links: Mermaid draws none there.

    On dates where all bars have them, else on the numbers of the days.
    """
    return "".join(f"{line}\n" for line in _lines(chart))


def _lines(chart: Chart) -> Iterator[str]:
    dated = bool(chart.bars) and all(bar.first and bar.last for bar in chart.bars)
    yield "gantt"
    about = " ".join(filter(None, (chart.description, chart.note)))
    for word, text in (("title", chart.title), ("accTitle:", chart.title), ("accDescr:", about)):
        if clean(text):  # Mermaid takes no empty one
            yield f"    {word} {_text(text)}"
    yield f"    dateFormat {'YYYY-MM-DD' if dated else 'x'}"
    yield f"    axisFormat {'%d %b %Y' if dated else '%s'}"
    yield "    todayMarker off"
    if clean(chart.note):
        yield f"    section {_text(chart.note)}"
    for at, bar in enumerate(chart.bars):
        tags = [
            *(["crit"] if bar.critical else []),
            *(["done"] if bar.done else []),
            *(["milestone"] if bar.is_milestone else []),
        ]
        when = _dates(bar) if dated else _numbers(bar, chart)
        yield f"    {_name(bar)} :{', '.join((*tags, f'n{at}', *when))}"


def _dates(bar: Bar) -> tuple[str, str]:
    """Give the first day, and the day after the last: Mermaid's bars end as their last day begins."""
    assert bar.first is not None
    assert bar.last is not None
    if bar.is_milestone:
        return bar.first.isoformat(), "0d"
    try:
        return bar.first.isoformat(), (bar.last + timedelta(1)).isoformat()
    except OverflowError:
        return bar.first.isoformat(), bar.last.isoformat()


def _numbers(bar: Bar, chart: Chart) -> tuple[str, str]:
    # Numbers below 0 are none to Mermaid.
    begin, end = bar.begin - chart.first_day, bar.end - chart.first_day
    return str(round(begin * PARTS)), str(round(end * PARTS))


def _name(bar: Bar) -> str:
    key = "" if bar.title == bar.key else f" · {cut(clean(bar.key), KEY_CHARACTERS)}"
    text = f"{cut(clean(bar.title), NAME_CHARACTERS)}{key}".strip() or "?"
    first = text[0]
    begins = text.split(maxsplit=1)[0].lower()
    if first.isascii() and any(begins.startswith(word) for word in _WORDS):
        return f"#{ord(first)};{_text(text[1:])}"
    return _text(text)


def _text(text: str) -> str:
    """Write a text so that it ends neither a name nor a line."""
    return escaped(text).replace(":", "#58;")
