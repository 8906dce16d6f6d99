"""Where the teams' types and their ways of working together go against Team Topologies.

References: docs/definitions.md §6, docs/structure.md. M. Skelton and M. Pais, Team Topologies, 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from graph.analyses.structure.interactions import Interactions, interactions
from graph.analyses.structure.topologychecks import (
    CHECKS,
    SEVERITIES,
    Bounds,
    TopologyFinding,
)
from graph.errors import BadUsage
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import InteractionMode, TeamType

PARTNERS = 5
"""Partners a team may have: so many close relations anyone can keep (Team Topologies, chapter 3)."""
SUPPLIERS = 3
"""Teams that a stream-aligned team may wait for. A convention of ours: the book says few, ideally none."""
PEOPLE = 9
"""People a team may have: five to nine (Team Topologies, chapter 3)."""
LIMIT = 1_000
"""Findings listed unless the caller says otherwise."""
UNSAID = "unsaid"
"""Under this name count teams without a type, and dependencies without a mode."""


@dataclass(frozen=True, slots=True)
class Topologies:
    """The findings, the gravest first, then by code, team and dependency.

    `types` counts the teams that last by type, `modes` the open dependencies between teams,
    declared or derived, by mode; `codes` the findings by code. `finding_count` are there, listed or
    not.
    """

    types: Mapping[str, int]
    modes: Mapping[str, int]
    codes: Mapping[str, int]
    findings: tuple[TopologyFinding, ...]
    finding_count: int
    truncated: bool


def topologies(
    snapshot: Snapshot,
    *,
    today: date | None = None,
    partners: int = PARTNERS,
    suppliers: int = SUPPLIERS,
    people: int = PEOPLE,
    limit: int = LIMIT,
) -> Topologies:
    """Check types of team and modes of interaction over the open dependencies between teams.

    `CHECKS` are the checks. `partners`, `suppliers` and `people` are how many a team may have.
    BadUsage when one of the numbers is below 0. Cost: n log n in teams and their dependencies.
    """
    numbers = {"partners": partners, "suppliers": suppliers, "people": people, "limit": limit}
    for name, number in numbers.items():
        if number < 0:
            msg = f"{name} {number} is below 0"
            raise BadUsage(msg, "leave it out to have the usual bound")
    found = interactions(snapshot, today)
    bounds = Bounds(partners, suppliers, people)
    findings = [finding for check in CHECKS for finding in check(found, bounds)]
    findings.sort(key=_order)
    codes: dict[str, int] = {}
    for finding in findings:
        codes[finding.code] = codes.get(finding.code, 0) + 1
    return Topologies(
        types=_types(found),
        modes=_modes(found),
        codes=codes,
        findings=tuple(findings[:limit]),
        finding_count=len(findings),
        truncated=len(findings) > limit,
    )


def _order(finding: TopologyFinding) -> tuple[int, str, str, tuple[str, ...]]:
    return SEVERITIES.index(finding.severity), finding.code, finding.key, finding.dependencies


def _types(found: Interactions) -> Mapping[str, int]:
    counts = {**{str(type_): 0 for type_ in TeamType}, UNSAID: 0}
    for team in found.lasting():
        counts[team.type or UNSAID] += 1
    return counts


def _modes(found: Interactions) -> Mapping[str, int]:
    modes = {each.link.key: each.link.mode for each in found.all()}
    counts = {**{str(mode): 0 for mode in InteractionMode}, UNSAID: 0}
    for mode in modes.values():
        counts[mode or UNSAID] += 1
    return counts
