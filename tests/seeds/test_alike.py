import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.importers.okr.alike import Groups, grouped


def groups(*names: str) -> set[frozenset[str]]:
    """The groups of more than one name."""
    first = grouped(names, lambda _: True).first
    found = {frozenset(n for n in names if first[n] == first[name]) for name in names}
    return {group for group in found if len(group) > 1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("VP Field Ops", "VP, Field Ops"),
        ("VP Field Ops", "vp field ops"),
        ("VP Field Ops", "VP FieldOps"),
        ("Director of Product", "Director, Product"),
        ("CI/CD", "CI CD"),
        ("Sales Enablement", "Sales Enablment"),
        ("Customer Solutions", "Customer Solution"),
        ("Marketing", "Markteing"),
        ("PAO", "Principal Accounting Officer"),
        ("Technical Account Management", "TAM"),
    ],
)
def test_one_name_spelt_in_two_ways_is_one(one: str, other: str) -> None:
    assert groups(one, other) == {frozenset((one, other))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CRO", "VP Sales"),
        ("Director of Engineering, Dev", "Director of Engineering, Def"),
        ("Director of Engineering, Dev", "Director of Engineering, Defend"),
        ("VP of Product Management", "VP of Product Strategy"),
        ("Platform Engineering Team 1", "Platform Engineering Team 2"),
        ("Region North1", "Region North2"),
        ("SA West", "Customer Success SA West"),
        ("TAM", "TAM Comm"),
        ("Interim Director of Security", "Director of Security"),
        ("C++ Guild", "C# Guild"),
        ("Hiring", "Firing"),
        ("IT", "Internal Tools"),
        ("Tam", "Technical Account Management"),
        ("???", "!!!"),
        ("Sales East", "Sales West"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert groups(one, other) == set()


def test_likeness_is_passed_on() -> None:
    names = ("Acounting", "Accounting", "Accountting", "ACCOUNTTING")
    assert groups(*names) == {frozenset(names)}
    assert set(grouped(names, lambda _: True).first.values()) == {"Acounting"}


def test_a_name_that_may_not_be_misspelt_needs_all_its_letters() -> None:
    names = ("Marvin Smith", "Martin Smith", "martin smith")
    assert grouped(names, lambda _: False).first == {
        "Marvin Smith": "Marvin Smith",
        "Martin Smith": "Martin Smith",
        "martin smith": "Martin Smith",
    }


def test_initials_of_two_names_are_of_neither() -> None:
    names = ("CMO", "Chief Marketing Officer", "Chief Medical Officer", "chief medical officer")
    found = grouped(names, lambda _: True)
    assert found.unclear == {"CMO": ("Chief Marketing Officer", "Chief Medical Officer")}
    assert found.first["CMO"] == "CMO"
    assert found.first["Chief Marketing Officer"] == "Chief Marketing Officer"


def test_initials_of_one_name_in_two_spellings_are_clear() -> None:
    names = ("Chief People Officer", "Chief, People Officer", "CPO")
    assert groups(*names) == {frozenset(names)}


words = st.lists(
    st.sampled_from(["VP", "Sales", "Saless", "of", "Ops", "Team", "1", "2", "Growth", "Grotwh"]),
    min_size=1,
    max_size=3,
).map(" ".join)
names = st.lists(st.one_of(words, words.map(str.upper), st.text(max_size=8)), unique=True)


def brute(one: str, other: str) -> bool:
    """Whether two names alone make a group."""
    return bool(groups(one, other))


@given(names.map(lambda found: [name for name in found if not name.isupper()]))
def test_groups_are_what_pairs_join(found: list[str]) -> None:
    # Initials aside, which depend on the other names, a group is the closure of its pairs.
    first = grouped(found, lambda _: True).first
    sets = {name: {name} for name in found}
    for one, other in itertools.combinations(found, 2):
        if brute(one, other) and sets[one] is not sets[other]:
            joined = sets[one] | sets[other]
            sets |= dict.fromkeys(joined, joined)
    for one, other in itertools.combinations(found, 2):
        assert (first[one] == first[other]) == (other in sets[one])


@given(names, st.randoms(use_true_random=False))
def test_the_order_of_the_names_moves_the_first_spelling_and_no_group(
    found: list[str], random: Random
) -> None:
    mixed = random.sample(found, len(found))
    assert groups(*found) == groups(*mixed)


@given(names)
def test_the_first_spelling_is_the_earliest_and_its_own(found: list[str]) -> None:
    result: Groups = grouped(found, lambda _: True)
    assert set(result.first) == set(found)
    for name, first in result.first.items():
        assert found.index(first) <= found.index(name)
        assert result.first[first] == first


def test_a_thousand_neighbours_are_joined_by_their_letters_but_never_across_the_first() -> None:
    letters = "abcdefghkl"
    many = [f"Team {''.join(word)}mnop" for word in itertools.product(letters, repeat=3)]
    found = grouped(many, lambda _: True)
    assert sorted(set(found.first.values())) == [f"Team {first}aamnop" for first in letters]
