"""What the tests of pictures share: hostile texts, and random trees with shared nodes."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from hypothesis import strategies as st

from api.pictures.branch import Branch, Place, Told
from api.pictures.picture import Arrows, Edge, Node, Picture, Tone

HOSTILE: Final = (
    '"; n0 --> evil; x["',
    "]]] ))) }}} >>> ||",
    "<script>alert(1)</script> <b>bold</b><br/>",
    "&amp; &lt; &#35; #35; #quot; &",
    "`code` *em* __strong__ $$x^2$$",
    "%%{init: {}}%% %% comment",
    "1. list",
    "- list",
    "back\\slash \\n \\l \\N \\",
    "]]> --> <!-- CDATA <?xml?>",
    "fa:fa-car http://example.com www.example.com",
    "two\nlines\r\n\tand\x0b\x0c more\u2028and\u2029more",
    "\x00\x1b[31m\x7f\x85\ud800\udfff\ufffe\uffff",
    "שלום עולם (12) \u202eturned\u2066 مرحبا",
    "👩‍👩‍👧 e\u0301 中文 🌊",
    "k" * 500,
    "end",
    "",
)
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
shares = st.none() | st.floats(-0.5, 1.5)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Give pictures whose texts are hostile wherever there are texts."""
    count = draw(st.integers(1, 6))
    columns = draw(st.none() | st.lists(st.integers(-2, 2), min_size=count, max_size=count))
    nodes = tuple(
        Node(
            id=f"n{at}",
            kind=draw(hostile),
            key=draw(hostile),
            title=draw(hostile),
            lines=tuple(draw(st.lists(hostile, max_size=2))),
            progress=draw(shares),
            words=draw(hostile),
            tone=draw(st.sampled_from(Tone)),
            focus=draw(st.booleans()),
            column=None if columns is None else columns[at],
        )
        for at in range(count)
    )
    ends = st.sampled_from([node.id for node in nodes])
    edges = st.builds(Edge, ends, ends, hostile, hostile, st.booleans(), st.booleans())
    return Picture(
        title=draw(hostile),
        description=draw(hostile),
        nodes=nodes,
        edges=tuple(draw(st.lists(edges, max_size=8))),
        legend=tuple((tone, draw(hostile)) for tone in draw(st.sets(st.sampled_from(Tone)))),
        note=draw(hostile),
        arrows=draw(st.sampled_from(Arrows)),
    )


def place(key: str, *children: Branch, kind: str = "Objective", **told: object) -> Place:
    return Place(kind, key, None, Told(measured=True, **told), children)  # type: ignore[arg-type]


def shared_tree(seed: int, size: int) -> Place:
    """Give a tree in which nodes stand at several places, with their children at the first alone."""
    random = Random(seed)
    below: dict[int, list[int]] = {at: [] for at in range(size)}
    for at in range(1, size):
        for above in sorted(random.sample(range(at), min(at, random.choice((1, 1, 2, 3))))):
            below[above].append(at)
    shown: set[int] = set()

    def grown(at: int) -> Place:
        first = at not in shown
        shown.add(at)
        children = tuple(grown(child) for child in below[at]) if first else ()
        relation = random.choice(("MEASURES", "SUPPORTS"))
        told = Told(measured=True, relation=relation)
        return Place("Objective", f"o{at}", f"Objective {at}", told, children, repeated=not first)

    return grown(0)


def places(root: Branch) -> Iterator[tuple[Branch, Branch | None]]:
    """Give every place of a tree with the one above it, depth first."""

    def below(branch: Branch, above: Branch | None) -> Iterator[tuple[Branch, Branch | None]]:
        yield branch, above
        for child in branch.children:
            yield from below(child, branch)

    return below(root, None)


def titles(nodes: Sequence[Node]) -> list[str]:
    return [node.title for node in nodes]
