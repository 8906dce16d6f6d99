"""What tests read off the answer of the bottleneck analysis."""

from datetime import date

from graph.analyses.teams.bottlenecks import Bottlenecks, TeamBottleneck, bottlenecks
from tests.notation import graph_of

TODAY = date(2026, 6, 30)


def on_day(text: str, today: date = TODAY, cycle: str | None = None) -> Bottlenecks:
    return bottlenecks(graph_of(text), today=today, cycle=cycle)


def values(found: Bottlenecks, component: str) -> dict[str, float | None]:
    return {team.key: team.components[component].value for team in found.teams}


def ranks(found: Bottlenecks, component: str) -> dict[str, int | None]:
    return {team.key: team.components[component].rank for team in found.teams}


def row(found: Bottlenecks, key: str) -> TeamBottleneck:
    return next(team for team in found.teams if team.key == key)
