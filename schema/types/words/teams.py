"""What the results about teams say."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "TeamBottleneck": "Team",
}

WORDS: Mapping[str, str] = {
    # bottlenecks
    "teams": "The teams.",
    "Bottlenecks.teams": "The teams, the worst first.",
    "ConflictEnd.teams": "Keys of the teams that answer for it.",
    "weights": "The weights that the components had in the combined rank.",
    "betweenness_sample": "From how many teams betweenness was estimated; null when exact.",
    "notes": "What was assumed or could not be told.",
    "score": "The weighted Borda count. Unit: ratio 0-1.",
    "components": "What it was judged by.",
    "Component.value": "The value; null where there is none.",
    "Component.rank": "The rank that the value gives, 1 the highest; null without a value.",
    "why": "What speaks for it, in words.",
    "saturated": "More work arrives than is finished, so that no waiting time can be told.",
    "cuts_off": "Keys of the teams that its loss would cut off.",
    "cuts_off_count": "How many teams its loss would cut off, listed or not.",
}

CHOICES: Mapping[str, str] = {
    "fan_in": "unresolved dependencies on the team, weighted by criticality.",
    "dependents": "the teams that depend on it, directly or not.",
    "betweenness": "how many shortest ways between other teams lead through it.",
    "single_point_of_failure": "the teams that its loss would cut off.",
    "schedule_share": "the share of the critical path that it delivers.",
    "cost_of_delay_held": "the cost of delay of the items that wait on it.",
    "wip_per_member": "work in progress for each member.",
    "utilisation": "arrival rate over service rate.",
    "expected_wait": "the expected waiting time of an item.",
}
