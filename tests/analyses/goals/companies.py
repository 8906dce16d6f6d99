"""Small companies drawn at random, as plain links, and what can be told of them by trying all ways.

Nothing here uses the analyses: paths are enumerated one by one, however many there are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from hypothesis import strategies as st

from graph.model.catalog import ENTITY, RELATION
from graph.model.codec import parse_value
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref, Value

KINDS = {
    "c": "Company",
    "s": "ValueStream",
    "x": "Product",
    "t": "Team",
    "p": "Person",
    "o": "Objective",
    "k": "KeyResult",
    "w": "WorkItem",
    "y": "Cycle",
}
GOALS = ("o0", "k0", "o1", "k1", "o2", "k2", "o3", "k3", "o4")
"""Each contributes to earlier ones only, so that nothing runs in a circle."""
WORK = ("w0", "w1", "w2", "w3")
OWNERS = ("c", "s0", "x0", "t0", "t1", "p0", "p1")

Path = tuple[str, ...]


def ref(key: str) -> Ref:
    return Ref(KINDS[key[0]], key)


def order(path: Iterable[str]) -> tuple[int, list[Ref]]:
    """Give what paths are sorted by: length, then kinds and keys."""
    refs = [ref(key) for key in path]
    return len(refs), refs


@dataclass
class Drawn:
    """Links as (source, type, target), and what is said of the nodes."""

    links: set[tuple[str, str, str]] = field(default_factory=set)
    states: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    """Dissolved teams, and people whose membership is over."""

    def snapshot(self) -> Snapshot:
        nodes = [ENTITY[KINDS[key[0]]].make(self._values(key)) for key in (*OWNERS, *GOALS, *WORK)]
        nodes += [ENTITY["Cycle"].make({"key": key}) for key in ("y0", "y1")]
        return Snapshot.build(nodes, map(self._relation, self.links))

    def _values(self, key: str) -> dict[str, Value]:
        values: dict[str, Value] = {"key": key}
        if key in self.states:
            state = ENTITY[KINDS[key[0]]].by_name["state"]
            values["state"] = parse_value(state, self.states[key])
        if key in self.ended and key[0] == "t":
            values["dissolved"] = date(2025, 1, 1)
        return values

    def _relation(self, link: tuple[str, str, str]) -> Relation:
        source, type_, target = link
        values: dict[str, Value] = {}
        if type_ == "MEMBER_OF" and source in self.ended:
            values["until"] = date(2025, 1, 1)
        return RELATION[type_].make(ref(source), ref(target), values)

    def to(self, key: str, types: str, kinds: str = "csxtpokwy") -> list[str]:
        """What a node leads to by relationships of some types, of kinds by their letters."""
        return sorted(
            c for a, b, c in self.links if a == key and b in types.split() and c[0] in kinds
        )

    def into(self, key: str, types: str, kinds: str = "csxtpokwy") -> list[str]:
        """What leads to a node, likewise."""
        return sorted(
            a for a, b, c in self.links if c == key and b in types.split() and a[0] in kinds
        )

    def stands(self, key: str) -> bool:
        return self.states.get(key) not in {"dropped", "cancelled"}

    def teams(self, item: str) -> set[str]:
        """Who delivers work: a part without a team has those of its whole, unless that was cancelled."""
        own = self.into(item, "DELIVERS")
        return set(own) or {
            team
            for whole in self.to(item, "PART_OF")
            if self.stands(whole)
            for team in self.teams(whole)
        }

    def serves(self, key: str, root: str) -> dict[str, bool]:
        """What a node serves directly, and whether by SUPPORTS alone."""
        found: set[str] = set()
        if key[0] in "okw":
            found.update(self.to(key, "MEASURES CONTRIBUTES_TO PART_OF"))
            found.update(self.into(key, "OWNS", "c"))
        elif key[0] != "c":
            found.update(self.to(key, "OWNS"))
        if key[0] == "t":
            found.update(p for p in self.into(key, "MEMBER_OF") if p not in self.ended | {root})
            aimed = {w for w in WORK if self.to(w, "CONTRIBUTES_TO SUPPORTS")}
            found.update(w for w in WORK if key in self.into(w, "DELIVERS"))
            found.update(w for w in aimed if key in self.teams(w))
        if key[0] == "x":
            found.update(self.into(key, "FOR", "w"))
        if key[0] == "s":
            found.update(self.into(key, "PART_OF"))
        if key[0] == "p" and key == root and key not in self.ended:
            found.update(self.to(key, "MEMBER_OF"))
        aligned = set(self.to(key, "SUPPORTS")) - found
        return {to: to in aligned for to in sorted(found | aligned) if self.stands(to)}

    def leads_to(self, start: str, goal: str, root: str) -> bool:
        reached, queue = {start}, [start]
        for at in queue:
            new = [to for to in self.serves(at, root) if to not in reached]
            reached.update(new)
            queue += new
        return goal in reached

    def ways(self, root: str) -> tuple[list[Path], list[Path]]:
        """Every way from a top down to the root: those of contribution, and the supporting ones."""
        found: tuple[list[Path], list[Path]] = ([], [])
        for way, aligned in self._up(root, (root,), aligned=False):
            found[aligned].append(way)
        return sorted(found[0], key=order), sorted(found[1], key=order)

    def _up(self, root: str, path: Path, *, aligned: bool) -> Iterator[tuple[Path, bool]]:
        above = self.serves(path[0], root)
        if all(above.values()) and len(path) > 1 and (path[0][0] in "cok" or root[0] == "w"):
            yield path, aligned
        for to, supports in above.items():
            if not (supports and self.leads_to(to, path[0], root)):
                yield from self._up(root, (to, *path), aligned=aligned or supports)

    def carried(self, root: str) -> dict[str, tuple[bool, Path]]:
        """The teams that carry a node: whether by SUPPORTS alone, and the first shortest path."""
        best: dict[str, tuple[bool, Path]] = {}
        paths = sorted(self._down((root,), aligned=False), key=lambda p: (p[1], order(p[0])))
        for path, aligned in paths:
            if path[-1][0] == "t" and len(path) > 1:
                best.setdefault(path[-1], (aligned, path))
        return best

    def _down(self, path: Path, *, aligned: bool) -> Iterator[tuple[Path, bool]]:
        yield path, aligned
        at = path[-1]
        if at[0] == "t" and len(path) > 1:
            return
        below = set(self.into(at, "MEASURES CONTRIBUTES_TO"))
        if at[0] == "o":
            below.update(self.into(at, "OWNS", "sxtp"))
        if at[0] == "w":
            below.update(self.into(at, "PART_OF"), self.teams(at))
        if at[0] == "p" and at not in self.ended:
            below.update(self.to(at, "MEMBER_OF"))
        if len(path) == 1:
            below.update(self.to(at, "OWNS DELIVERS"))
        for to in below | set(self.into(at, "SUPPORTS")):
            if to not in path and self.stands(to):
                yield from self._down((*path, to), aligned=aligned or to not in below)


@st.composite
def companies(draw: st.DrawFn) -> Drawn:
    made = Drawn()

    def link(source: str, type_: str, targets: Iterable[str], most: int) -> None:
        choice = sorted(targets)
        if choice:
            drawn = draw(st.sets(st.sampled_from(choice), max_size=most))
            made.links.update((source, type_, target) for target in drawn)

    for number, goal in enumerate(GOALS):
        earlier = GOALS[:number]
        if goal[0] == "k":
            link(goal, "MEASURES", [key for key in earlier if key[0] == "o"], 2)
            continue
        link(goal, "CONTRIBUTES_TO", earlier, 2)
        link(goal, "SUPPORTS", set(GOALS) - {goal}, 1)
        link(goal, "IN_CYCLE", ("y0", "y1"), 1)
        made.states[goal] = draw(st.sampled_from(("active", "active", "closed", "dropped")))
        owner = draw(st.sampled_from((None, *OWNERS)))
        made.links.update({(owner, "OWNS", goal)} if owner else set())
    for number, item in enumerate(WORK):
        link(item, "CONTRIBUTES_TO", GOALS, 2)
        link(item, "SUPPORTS", GOALS, 1)
        link(item, "PART_OF", WORK[:number], 1)
        link(item, "FOR", ("x0",), 1)
        link(item, "IN_CYCLE", ("y0", "y1"), 1)
        made.states[item] = draw(st.sampled_from(("active", "done", "cancelled")))
    for team in ("t0", "t1"):
        link(team, "DELIVERS", WORK, 2)
        link(team, "PART_OF", ("s0",), 1)
    for person in ("p0", "p1"):
        link(person, "MEMBER_OF", ("t0", "t1"), 2)
    link("x0", "PART_OF", ("s0",), 1)
    link("s0", "PART_OF", ("c",), 1)
    link("y1", "PART_OF", ("y0",), 1)
    made.ended = draw(st.sets(st.sampled_from(("t0", "t1", "p0", "p1")), max_size=2))
    return made
