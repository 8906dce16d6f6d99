"""Text that is safe to show: names come from documents, and a terminal obeys what it is sent."""

import re
from typing import Final

_OBEYED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
"""Control characters, and those that turn the direction of writing."""


def plain(text: str) -> str:
    """Give the text in one line, with a blank for everything that a terminal would act on."""
    return _OBEYED.sub(" ", text)
