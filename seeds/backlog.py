"""The work items of a synthetic organisation: their histories, and what needs what."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from seeds.dice import Dice
from seeds.goals import TEAM_GOALS

TODAY = date(2026, 9, 30)
ITEMS = 40
LINKS = 4
_FIRST_DAY = date(2026, 2, 2)
_DAYS_BETWEEN = 6
# The items that contribute to a team's key results: begun in the quarter of the objective.
_CONTRIBUTING = (14, 27, 39)
_FLOWS = ((60, "feature"), (20, "defect"), (12, "debt"), (8, "risk"))
_LINKS = ((80, "FS"), (10, "SS"), (10, "FF"))
_VERBS = ("Add", "Fix", "Rework", "Speed up", "Secure", "Retire", "Measure", "Split")
_OBJECTS = ("the importer", "the form", "the index", "the report", "the queue", "the page")

Step = tuple[str, date]


class Backlog:
    """Makes the items of one team after the other, and remembers which of them are done."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._done: dict[str, bytes] = {}

    def items(self, team: str) -> Iterator[Record]:
        """Give the items of a team, each delivered by it, and what they contribute to."""
        done = bytearray(ITEMS)
        for number in range(ITEMS):
            steps = self._steps(number)
            done[number] = steps[-1][0] == "done"
            yield NodeRecord("WorkItem", item_key(team, number), self._item(steps))
            yield RelationRecord("DELIVERS", f"Team/{team}", f"WorkItem/{item_key(team, number)}")
        self._done[team] = bytes(done)
        for goal, number in zip(range(1, TEAM_GOALS + 1), _CONTRIBUTING, strict=True):
            result = f"KeyResult/{team}-goal-{goal}-kr-1"
            yield RelationRecord("CONTRIBUTES_TO", f"WorkItem/{item_key(team, number)}", result)

    def links(self, team: str, others: Sequence[str]) -> Iterator[Record]:
        """Give what a team's later items need: items with a lower number, so there is no loop."""
        dice = self._dice
        spread = ITEMS // 2 // LINKS
        for turn in range(LINKS):
            number = ITEMS // 2 + turn * spread + dice.upto(spread)
            needed = number - 1 - dice.upto(10)
            other = dice.pick(others) if dice.chance(50) else team
            raw: dict[str, Json] = {"type": "technical"}
            link = dice.weighed(_LINKS)
            if link != "FS":
                raw["link"] = link
            if dice.chance(25):
                raw["lag_days"] = dice.between(1, 4)
            raw["status"] = "resolved" if self._done[other][needed] else "agreed"
            ends = f"WorkItem/{item_key(team, number)}", f"WorkItem/{item_key(other, needed)}"
            yield RelationRecord("DEPENDS_ON", *ends, raw)

    def _steps(self, number: int) -> list[Step]:
        """Give the history of an item up to today: new, waiting, active, perhaps held, ended."""
        dice = self._dice
        day = _FIRST_DAY + timedelta(days=number * _DAYS_BETWEEN + dice.upto(_DAYS_BETWEEN))
        steps = [("new", day)]
        plan = [("waiting", 20), ("active", 25)]
        if dice.chance(15):
            plan += [("waiting", 15), ("active", 10)]
        plan.append(("cancelled" if dice.chance(8) else "done", 30))
        for state, longest in plan:
            day += timedelta(days=dice.between(1, longest))
            if day > TODAY:
                break
            steps.append((state, day))
        return steps

    def _item(self, steps: Sequence[Step]) -> dict[str, Json]:
        dice = self._dice
        likely = dice.between(2, 20)
        raw: dict[str, Json] = {
            "name": f"{dice.pick(_VERBS)} {dice.pick(_OBJECTS)}",
            "flow": dice.weighed(_FLOWS),
            "states": [[state, day.isoformat()] for state, day in steps],
            "estimate_days": [
                likely - dice.upto(likely // 2 + 1), likely, likely + dice.between(1, 2 * likely),
            ],
        }  # fmt: skip
        active = [day for state, day in steps if state == "active"]
        if active:
            raw["actual_start"] = active[0].isoformat()
        if steps[-1][0] == "done":
            raw["actual_finish"] = steps[-1][1].isoformat()
        if dice.chance(30):
            raw["cost_of_delay"] = dice.between(1, 20) * 50
        return raw


def item_key(team: str, number: int) -> str:
    """Give the key of an item of a team, counted from 0."""
    return f"{team}-item-{number + 1:02d}"
