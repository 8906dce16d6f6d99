"""The tables of docs/access.md, written from the policy.

`python -m tests.house.roles` puts the page right after a change of who may do what.
"""

from collections.abc import Iterator

from graph.commands import POLICY, MoveDependency, Undo
from graph.model.principals import Role
from schema.build import build_schema
from schema.permissions import rules
from tests.house.sources import ROOT

PAGE = ROOT / "docs" / "access.md"
BEGIN = "<!-- the tables below are written by tests/house/roles.py -->"
END = "<!-- end of the tables -->"


def block() -> str:
    """Give both tables."""
    return "\n".join([*_commands(), "", *_fields()])


def rewritten(page: str) -> str:
    """Give the page with the tables as they should be."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{block()}\n\n{END}{after}"


def _commands() -> Iterator[str]:
    yield f"| command | {' | '.join(Role)} |"
    yield "| --- |" + " --- |" * len(Role)
    for command, rule in POLICY.items():
        name = "…_dependency" if command is MoveDependency else getattr(command, "name", "")
        cells = []
        for role in Role:
            own = "own writes" if command is Undo else "own"
            whole = rule.whole is None or role.covers(rule.whole)
            cells.append(("yes" if whole else own) if role.covers(rule.least) else "no")
        yield f"| `{name}` | {' | '.join(cells)} |"


def _fields() -> Iterator[str]:
    yield "| role | may ask for, beside what the role before it may |"
    yield "| --- | --- |"
    there = build_schema()._schema.type_map
    for role in Role:
        told = []
        for root, known in rules().items():
            fields = getattr(there[root], "fields", {})
            names = sorted(
                name for name, needed in known.items() if needed is role and name in fields
            )
            told += [f"{root}: " + ", ".join(f"`{name}`" for name in names)] if names else []
        yield f"| {role} | {'<br>'.join(told)} |"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
