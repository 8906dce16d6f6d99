"""Text of pictures: cleaned, measured, folded, never torn apart within a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pictures.lettering import bar, clean, clusters, folded, percent, room_of
from tests.api.pictures.drawn import hostile


@given(hostile)
def test_a_clean_text_is_one_line_of_what_xml_can_hold(text: str) -> None:
    # The characters of XML 1.0, section 2.2, without those of one line's end.
    allowed = [(0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF)]
    made = clean(text)
    assert all(any(low <= ord(char) <= high for low, high in allowed) for char in made)
    assert len(made.splitlines()) <= 1
    assert made == clean(made)
    assert "  " not in made


@given(hostile)
def test_cleaning_keeps_letters_digits_and_signs(text: str) -> None:
    kept = "".join(char for char in text if char.isalnum() or char in "<>&\"'`[]{}()#|;:\\%")
    made = clean(text)
    assert "".join(c for c in made if c.isalnum() or c in "<>&\"'`[]{}()#|;:\\%") == kept


@given(hostile.map(clean), st.floats(3, 30), st.integers(1, 4))
def test_folded_lines_fit_and_are_the_text_or_its_beginning(
    text: str, room: float, most: int
) -> None:
    lines = folded(text, room, most)
    assert len(lines) <= most
    assert all(room_of(line) <= room + 1e-9 or len(list(clusters(line))) == 1 for line in lines)
    whole, shown = text.replace(" ", ""), "".join(lines).replace(" ", "")
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


def test_lines_break_at_blanks_and_long_words_where_they_must() -> None:
    assert folded("one two three", room_of("one two "), 3) == ("one two", "three")
    assert folded("abcdef", room_of("abc"), 2) == ("abc", "def")
    assert folded("abcdef gh", room_of("ab…") + 0.01, 1) == ("ab…",)
    assert folded("", 10, 3) == ()


@given(st.lists(st.sampled_from(["e\u0301", "👩‍👧", "x", "中"]), max_size=9))
def test_clusters_keep_marks_and_joined_signs_together(parts: list[str]) -> None:
    assert list(clusters("".join(parts))) == parts


@given(hostile)
def test_clusters_are_the_whole_text(text: str) -> None:
    assert "".join(clusters(text)) == text


@given(st.floats(0, 1), st.integers(2, 20))
def test_a_bar_is_full_or_empty_only_where_progress_is(progress: float, cells: int) -> None:
    drawn = bar(progress, cells)
    assert len(drawn) == cells
    assert drawn == "█" * drawn.count("█") + "░" * drawn.count("░")
    assert ("░" not in drawn) == (progress == 1)
    assert ("█" not in drawn) == (progress == 0)
    assert abs(drawn.count("█") - progress * cells) <= 1


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.999, "99%"), (1, "100%"), (1.2, "120%")],
)
def test_a_share_in_per_cent_is_nothing_or_all_only_if_it_is(share: float, words: str) -> None:
    assert percent(share) == words
