"""What operators are given: the page, the dashboard and the rules speak of metrics that there are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics_core import Metric

from api.gate import Gate
from api.settings import Settings
from api.watching.metrics import Metrics, Parts
from graph.workspace import Workspace
from schema.errors import INTERNAL
from schema.watch import Observed

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
BEGIN, END = "<!-- metrics -->\n", "<!-- end of metrics -->"
PROMETHEUS_OWN = {"up"}


def metrics() -> Metrics:
    parts = Parts(Workspace.in_memory(), Gate(Settings()).slots, lambda: 0)
    found = Metrics(parts)
    found.observed(Observed("query", "teams", 0, 1, ()))
    found.observed(Observed("query", "teams", 0, 1, (INTERNAL,)))
    found.requested("/graphql", "POST", 200)
    return found


def ours() -> list[Metric]:
    return [each for each in metrics().registry.collect() if each.name.startswith("headwater_")]


def table() -> str:
    """Make the table of the page."""
    rows = ["| metric | type | what it tells |\n", "| --- | --- | --- |\n"]
    for each in sorted(ours(), key=lambda metric: metric.name):
        name = each.name + ("_total" if each.type == "counter" else "")
        rows.append(f"| `{name}` | {each.type} | {each.documentation} |\n")
    return "".join(rows)


def samples() -> set[str]:
    """Give the names that can be asked for, those of the process among them."""
    return {sample.name for each in metrics().registry.collect() for sample in each.samples} | {
        f"{each.name}_total" for each in ours() if each.type == "counter"
    }


def asked(expression: str) -> set[str]:
    """Give the metrics that an expression names."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\bby\s*\([^)]*\)', "", expression)
    return set(re.findall(r"\b(?:headwater|process|python)_\w+|\bup\b", bare))


def expressions() -> Iterator[str]:
    dashboard: dict[str, Any] = json.loads((ROOT / "ops" / "grafana.json").read_bytes())
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    rules = yaml.safe_load((ROOT / "ops" / "alerts.yaml").read_text(encoding="utf-8"))
    for group in rules["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def test_the_table_of_the_page_is_what_there_is() -> None:
    assert PAGE.split(BEGIN)[1].split(END)[0] == table()


@pytest.mark.parametrize("expression", list(expressions()))
def test_the_dashboard_and_the_rules_ask_for_metrics_that_there_are(expression: str) -> None:
    named = asked(expression)
    assert named
    assert named - PROMETHEUS_OWN <= samples()
    assert expression.count("(") == expression.count(")")


def test_no_metric_is_left_out_of_the_dashboard() -> None:
    shown = {name for expression in expressions() for name in asked(expression)}
    left = [each.name for each in ours() if not any(n.startswith(each.name) for n in shown)]
    assert left == []


def test_every_alert_says_what_is_the_matter_and_how_grave_it_is() -> None:
    rules = yaml.safe_load((ROOT / "ops" / "alerts.yaml").read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "description"}


def test_panels_of_the_dashboard_have_ids_of_their_own_and_do_not_overlap() -> None:
    panels = json.loads((ROOT / "ops" / "grafana.json").read_bytes())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) == 23
