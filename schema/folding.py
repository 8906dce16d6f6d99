"""Texts without regard to case, and to how their accents are written.

References: The Unicode Standard, section 3.13, D145 (canonical caseless matching).
"""

from unicodedata import normalize


def folded(text: str) -> str:
    """Give the form in which texts are compared: those that differ in case alone have one."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", normalize("NFD", text).casefold())
