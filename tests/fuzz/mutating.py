"""Hostile forms of what is read from outside: what it may look like, and bytes that break it."""

import os

from hypothesis import settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("HEADWATER_FUZZ_EXAMPLES", "150"))
"""Inputs of each target; `make fuzz` tries more, others each time."""

hostile = settings(max_examples=EXAMPLES, deadline=None)

PIECES: tuple[bytes, ...] = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",  # half of a surrogate pair
    "\u2028\u202e\ufeff".encode(),
    b"'; MATCH (n) DETACH DELETE n //",
    b"`) DETACH DELETE n //",
    b"${jndi:ldap://x/a}",
    b"{{7*7}}",
    b"../../../../etc/passwd",
    b"file:///etc/passwd",
    b"<script>alert(1)</script>",
    b'"',
    b"\\",
    b"\\u0000",
    b"\r\n",
    b"\n",
    b"[" * 3_000,
    b"{" * 3_000,
    b'{"a":' * 1_000,
    b"&a [*a, *a]",
    b"!!python/object/apply:os.system [id]",
    b"%TAG ! tag:x,2000:",
    b"---\n...\n",
    b"? - : - ",
    b"<<: *a",
    b"=1+cmd|' /C calc'!A0",
    b"," * 500,
    b'""",',
    b"NaN",
    b"-Infinity",
    b"1e999999",
    b"9" * 5_000,
    b"0x7fffffffffffffff",
    b"2026-02-30",
    b"99999-99-99T99:99:99Z",
    b"null",
    b"true",
    b"a" * 70_000,
    b"__proto__",
    b"__class__",
)

Mutation = tuple[str, int, int, bytes]
mutations: st.SearchStrategy[list[Mutation]] = st.lists(
    st.tuples(
        st.sampled_from(["insert", "replace", "delete", "repeat", "flip", "truncate"]),
        st.integers(0, 2**31),
        st.integers(1, 200),
        st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)),
    ),
    min_size=1,
    max_size=6,
)


def mutated(text: bytes, changes: list[Mutation]) -> bytes:
    """Give the text with each of the changes made, one after the other."""
    for how, place, length, piece in changes:
        at = place % (len(text) + 1)
        match how:
            case "insert":
                text = text[:at] + piece + text[at:]
            case "replace":
                text = text[:at] + piece + text[at + length :]
            case "delete":
                text = text[:at] + text[at + length :]
            case "repeat":
                text = text[:at] + text[at : at + length] * 20 + text[at + length :]
            case "flip":
                text = (
                    text[:at] + bytes(byte ^ length for byte in text[at : at + 1]) + text[at + 1 :]
                )
            case _:
                text = text[:at]
    return text
