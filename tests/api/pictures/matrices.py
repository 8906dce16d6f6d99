"""Matrices as the analysis gives them, made from needs."""

from collections.abc import Mapping, Sequence
from random import Random

from graph.analyses.structure.dsm import Dsm, DsmBlock, DsmElement, DsmMark


def matrix_of(
    names: Sequence[str],
    needs: Mapping[tuple[int, int], int],
    blocks: Sequence[tuple[int, int]] = (),
    derived: frozenset[tuple[int, int]] = frozenset(),
    count: int | None = None,
) -> Dsm:
    """Give a matrix in which (row, column) is needed so many times; above the diagonal is feedback."""
    keys = [f"t{at:02}" for at in range(len(names))]
    elements = tuple(
        DsmElement(
            keys[at],
            name,
            at,
            at,
            None,
            sum(row == at for row, _ in needs),
            sum(column == at for _, column in needs),
        )
        for at, name in enumerate(names)
    )
    marks = tuple(
        DsmMark(
            row=row,
            column=column,
            source=keys[row],
            target=keys[column],
            weight=weight,
            declared=(row, column) not in derived,
            feedback=row < column,
            dependencies=(),
        )
        for (row, column), weight in sorted(needs.items())
    )
    return Dsm(
        kind="Team",
        order="partitioned",
        elements=elements,
        marks=marks,
        blocks=tuple(
            DsmBlock(first, size, tuple(keys[first : first + size])) for first, size in blocks
        ),
        feedback_marks=sum(mark.feedback for mark in marks),
        exact=True,
        exact_to=14,
        element_count=len(names) if count is None else count,
        truncated=count is not None,
        mark_count=len(marks),
        marks_left_out=0,
        density=None,
        propagation_cost=None,
    )


def organisation(size: int, seed: int = 1) -> Dsm:
    """Give a partitioned matrix of teams with two blocks, as a company of that size has."""
    random = Random(seed)
    names = [
        f"{random.choice(_WORDS)} {random.choice(_WORDS).lower()} {at + 1}" for at in range(size)
    ]
    needs = {
        (row, column): random.choice((1, 1, 1, 2, 3, 5, 9, 14))
        for row in range(size)
        for column in random.sample(range(row), min(row, random.choice((0, 1, 2, 3))))
    }
    blocks = [
        (at, length) for at, length in ((size // 5, 4), (size // 2, 7)) if at + length <= size
    ]
    for first, length in blocks:
        for at in range(first, first + length - 1):
            needs[at + 1, at] = 2
        needs[first, first + length - 1] = random.choice((1, 3))
    derived = frozenset(pair for at, pair in enumerate(sorted(needs)) if at % 4 == 0)
    return matrix_of(names, needs, blocks, derived)


_WORDS = ("Payments", "Identity", "Ledger", "Search", "Billing", "Mobile checkout", "Data platform")
