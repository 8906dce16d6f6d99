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
}
