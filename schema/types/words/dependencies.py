"""What the results about dependencies say."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # impact
    "direction": "downstream: who is hit; upstream: what is needed.",
    "targets": "What is reached, by distance, kind and key.",
    "Impact.count": "How many targets there are within the depth, listed or not.",
    "truncated": "Whether there is more than what is listed.",
    "frontier": "Places from which it would go on, KIND/KEY.",
    "frontier_count": "How many such places there are, listed or not.",
    "Impact.paths_truncated": "Whether paths of the farthest targets are left empty for length.",
    "distance": "How many steps away it is.",
    "ImpactTarget.path": "A shortest way, KIND/KEY, root and target included.",
    # neighborhood
    "Neighborhood.depth": "How many relationships were gone at most.",
    "Neighborhood.direction": "out: as relationships lead; in: against them; or both.",
    "Neighborhood.nodes": "The nodes, the root first, then by distance, kind and key.",
    "Neighborhood.links": "The relationships between the listed nodes.",
    "Neighborhood.count": "How many nodes are within the depth, listed or not, without the root.",
    "link_count": "How many relationships there are between the listed nodes, listed or not.",
    "side": "out: the way to it begins along a relationship from the root; in: along one to it.",
    "more": "How many of its neighbours are not listed.",
    "NeighborLink.type": "The type of the relationship.",
    "NeighborLink.source": "Where the relationship leads from, KIND/KEY.",
    "NeighborLink.target": "Where it leads to, KIND/KEY.",
    "NeighborLink.key": "The key of a dependency; null for relationships without one.",
    "NeighborLink.status": "Where a dependency stands in its life; null for other relationships.",
    # conflicts
    "conflicts": "The contradictions, the widest gap first.",
    "dependency": "The key of the dependency.",
    "dependent": "What needs the other.",
    "needed": "What is needed.",
    "needed_by": "The day the dependent needs it; null where none was given.",
    "committed_by": "The day the other side promised; null where none was given.",
    "gap_days": "The calendar days between; null where there are no two dates.",
    "reason": "What the contradiction is, in words.",
    "cycle_ends": "The last day of the cycle; null where there is none.",
}

CHOICES: Mapping[str, str] = {
    "downstream": "Who is hit when it slips or fails.",
    "upstream": "What it needs.",
    "both": "Along relationships either way.",
    "out": "Along relationships as they lead.",
    "in": "Against them.",
}
