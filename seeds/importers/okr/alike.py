"""Names of owners that are likely one: spelt differently, misspelt by a letter, or initials.

Numbers and signs tell apart (`Tier 1` and `Tier 2`, `C++` and `C#`), and so does any other word.
People called by their name are one only where nothing but punctuation differs: one letter makes
another person. Initials are written in capitals, three at least, and belong to one name alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

_FILLING = frozenset({"of", "the", "and", "for"})
_WORD = re.compile(r"[\w+#]+")
SHORTEST_MISSPELT = 5
"""Letters of a word that may be misspelt, at least: `Dev` and `Def` are two words."""
FEWEST_INITIALS = 3


@dataclass(frozen=True, slots=True)
class Groups:
    """Names by what they likely stand for.

    `first` gives for every name the first spelling of its group, which may be itself. `unclear`
    gives for initials that several groups have the first spellings of these groups.
    """

    first: Mapping[str, str]
    unclear: Mapping[str, tuple[str, ...]]


def grouped(names: Sequence[str], misspells: Callable[[str], bool]) -> Groups:
    """Group different names; `misspells` says whose letters may be wrong. Cost: nearly linear."""
    sets = _Sets(names)
    for one, other in _spellings(names, misspells):
        sets.join(one, other)
    by_initials: dict[str, set[str]] = {}
    for name in names:
        by_initials.setdefault(_initials(name), set()).add(sets.first(name))
    unclear: dict[str, tuple[str, ...]] = {}
    for name in filter(_is_initials, names):
        found = sorted(by_initials.get(name.casefold(), ()), key=sets.place)
        if len(found) > 1:
            unclear[name] = tuple(found)
        elif found:
            sets.join(name, found[0])
    return Groups({name: sets.first(name) for name in names}, unclear)


class _Sets:
    """Disjoint sets of names, each known by the name that comes first."""

    def __init__(self, names: Sequence[str]) -> None:
        self._places = {name: place for place, name in enumerate(names)}
        self._above = {name: name for name in names}

    def place(self, name: str) -> int:
        return self._places[name]

    def first(self, name: str) -> str:
        while (above := self._above[name]) != name:
            self._above[name] = self._above[above]
            name = above
        return name

    def join(self, one: str, other: str) -> None:
        early, late = sorted((self.first(one), self.first(other)), key=self.place)
        self._above[late] = early


def _spellings(names: Sequence[str], misspells: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Give pairs of names that are spelt alike, and enough of them to find all groups."""
    plain: dict[str, str] = {}
    slips: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for name in names:
        words = _words(name)
        key = "".join(words) or name
        if key in plain:
            yield plain[key], name
            continue
        plain[key] = name
        for at, word in enumerate(words) if misspells(name) else ():
            for rest in _slips(word):
                alike = slips.setdefault((*words[:at], "", rest, *words[at + 1 :]), [])
                yield from ((other, name) for near, other in alike if _slipped(word, near))
                alike.append((word, name))


def _slips(word: str) -> Iterator[str]:
    """Give what two words that are one letter apart have in common, so that they meet."""
    if len(word) >= SHORTEST_MISSPELT and word.isalpha():
        yield word
        yield from {word[:at] + word[at + 1 :] for at in range(1, len(word))}


def _slipped(word: str, other: str) -> bool:
    """Tell whether one letter is wrong, missing or swapped, though not the first."""
    return word[0] == other[0] and OSA.distance(word, other, score_cutoff=1) == 1


def _words(name: str) -> list[str]:
    words = _WORD.findall(name.casefold())
    return [word for word in words if word not in _FILLING] or words


def _initials(name: str) -> str:
    words = _words(name)
    return "".join(word[0] for word in words) if len(words) >= FEWEST_INITIALS else ""


def _is_initials(name: str) -> bool:
    return len(name) >= FEWEST_INITIALS and name.isalpha() and name.isupper()
