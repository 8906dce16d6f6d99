"""The organisation that the tools are shown: small, with enough work to page through."""

from collections.abc import Iterator

import orjson

ITEMS = 30


def document() -> str:
    """Give the document as JSON Lines."""
    return "".join(f"{orjson.dumps(record).decode()}\n" for record in _records())


def _records() -> Iterator[dict[str, object]]:
    yield {"kind": "Company", "key": "acme", "name": "Acme"}
    yield {"kind": "ValueStream", "key": "shop", "name": "Shop", "type": "customer"}
    yield {"kind": "Product", "key": "web", "name": "Web", "stage": "growth"}
    yield {"rel": "PART_OF", "from": "ValueStream/shop", "to": "Company/acme"}
    yield {"rel": "PART_OF", "from": "Product/web", "to": "ValueStream/shop"}
    for key, capacity in (("core", 5), ("web", 4), ("data", 3)):
        yield {"kind": "Team", "key": key, "name": key.title(), "capacity": capacity}
    yield {"kind": "Objective", "key": "grow", "name": "Grow"}
    yield {
        "kind": "KeyResult",
        "key": "users",
        "name": "Users",
        "type": "increase",
        "start": 0,
        "target": 100,
        "current": 40,
    }
    yield {"rel": "OWNS", "from": "Company/acme", "to": "Objective/grow"}
    yield {"rel": "MEASURES", "from": "KeyResult/users", "to": "Objective/grow"}
    for number in range(ITEMS):
        key = f"item-{number:02}"
        yield {"kind": "WorkItem", "key": key, "flow": "feature", "duration_days": number % 5 + 1}
        team = ("core", "web", "data")[number % 3]
        yield {"rel": "DELIVERS", "from": f"Team/{team}", "to": f"WorkItem/{key}"}
        if number:
            need = f"item-{number - 1:02}"
            yield {"rel": "DEPENDS_ON", "from": f"WorkItem/{key}", "to": f"WorkItem/{need}"}
    yield {"rel": "CONTRIBUTES_TO", "from": "WorkItem/item-00", "to": "KeyResult/users"}
