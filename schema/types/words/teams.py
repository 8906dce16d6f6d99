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
    "TeamBottleneck.warnings": "What to see to whatever the rank, in words.",
    "saturated": "Utilisation is 1 or more, so that no waiting time can be told.",
    "utilisation_basis": "What utilisation was read off: history or plan; null without a value.",
    "TeamBottleneck.declared_dependencies": "Open dependencies on it that teams declared.",
    "TeamBottleneck.derived_dependencies": "Open dependencies on it that were derived from work,"
    " products and goals.",
    "Bottlenecks.declared_dependencies": "How many of the open dependencies on teams are declared"
    " between teams.",
    "Bottlenecks.derived_dependencies": "How many of the open dependencies on teams are derived from"
    " work, products and goals.",
    "concurrent_epics": "Items with parts, at least one of them of the team and under way.",
    "cuts_off": "Keys of the teams that its loss would cut off.",
    "cuts_off_count": "How many teams its loss would cut off, listed or not.",
}

CHOICES: Mapping[str, str] = {
    "fan_in": "unresolved dependencies on the team, weighted by criticality.",
    "dependents": "the teams that depend on it, directly or not.",
    "betweenness": "how many shortest ways between other teams lead through it.",
    "single_point_of_failure": "the teams that its loss would cut off.",
    "schedule_share": "the share of the critical path that it delivers.",
    "criticality_share": "the share of what may turn out critical that it delivers: of the criticality"
    " indices of all items, summed.",
    "cost_of_delay_held": "the cost of delay of the items that wait on it.",
    "wip_per_member": "work in progress for each member.",
    "wip_age_p85_days": "the age of work in progress, 85th percentile, in days.",
    "proposed_per_completed": "items proposed for each item completed.",
    "utilisation": "arrival rate over service rate, or demand over capacity of a plan.",
    "expected_wait": "the expected waiting time of an item.",
    "between_teams": "Those declared between teams.",
    "derived": "Those derived from the work, products and goals of teams.",
}
