"""What the results about dependencies say."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "SlippedItem": "WorkItem",
    "AbsorbedItem": "WorkItem",
    "SlippedTeam": "Team",
}

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
    "Impact.reason": "Why a root of its kind reaches nothing; null for other kinds.",
    "Impact.teams": "The teams that answer for what is reached and for the root, nearest first.",
    "products": "The products that it is for, nearest first.",
    "value_streams": "The value streams of these, nearest first.",
    "Impact.key_results": "The key results that are reached, nearest first.",
    "Impact.company_objectives": "The objectives of the company that are reached, nearest first.",
    "product_count": "How many products there are, listed or not.",
    "value_stream_count": "How many value streams there are, listed or not.",
    "company_objective_count": "How many objectives of the company there are, listed or not.",
    "lifted_truncated": "Whether one of these five lists is shorter than its count.",
    "through": "How many of the nodes that are hit lead up to it; for a key result or an objective,"
    " those that hit it directly.",
    "Lifted.path": "A shortest way to it, KIND/KEY, root and itself included.",
    # impact-of-slip
    "ImpactOfSlip.root": "What slips: the key of a dependency, or KIND/KEY.",
    "ImpactOfSlip.days": "By how much; below 0 it comes earlier. Unit: working days.",
    "ImpactOfSlip.today": "The day from which unfinished work was scheduled.",
    "summary": "The answer in one sentence.",
    "ImpactOfSlip.reason": "Why nothing moves; null where something does.",
    "ImpactOfSlip.teams": "The teams that are hit: those whose work moves, who wait, who own a goal.",
    "ImpactOfSlip.key_results": "The key results that it reaches, those that lose most first.",
    "objectives": "The objectives that it reaches, those that lose most first.",
    "company_objectives": "Those of the objectives that the company owns.",
    "ImpactOfSlip.items": "The work items that end at another time, the most moved first.",
    "absorbed": "Work items at which time to spare took the slip up, by key.",
    "assumptions": "What was taken for granted where the graph says nothing.",
    "not_followed": "Keys of open dependencies of other things than work on what moves: no schedule"
    " says what they come to.",
    "team_count": "How many teams there are, listed or not.",
    "key_result_count": "How many key results there are, listed or not.",
    "objective_count": "How many objectives there are, listed or not.",
    "ImpactOfSlip.item_count": "How many items move, listed or not.",
    "absorbed_count": "How many items took it up, listed or not.",
    "assumption_count": "How many assumptions there are, listed or not.",
    "not_followed_count": "How many such dependencies there are, listed or not.",
    "ImpactOfSlip.cost_of_delay": "Sum of cost of delay times days over all items that move. Unit:"
    " money or points.",
    "ImpactOfSlip.paths_truncated": "Whether paths to far things are left empty for length.",
    "SlippedItem.path": "A shortest way to it from the root, KIND/KEY, both ends included.",
    "SlippedItem.before": "Its last day as things stand; null beyond the calendar.",
    "SlippedItem.after": "Its last day with the slip; null beyond the calendar.",
    "SlippedItem.days": "How much later it ends; below 0: earlier. Unit: working days.",
    "absorbed_days": "How much of the slip was taken up on the way. Unit: working days.",
    "SlippedItem.cost_of_delay": "Its cost of a day's delay times the days; null where it has none."
    " Unit: money or points.",
    "assumed": "Whether it has no duration, so that its dates are assumed.",
    "AbsorbedItem.path": "A shortest way to it from the root, KIND/KEY, both ends included.",
    "AbsorbedItem.finish": "Its last day, with the slip or without; null beyond the calendar.",
    "role": "delivers: its work moves; waits: what it needs arrives later; owns: a goal it owns is"
    " reached by the work of others.",
    "SlippedTeam.path": "A shortest way to it from the root, KIND/KEY, both ends included.",
    "SlippedTeam.before": "The last day of that work, of the arrival or of the work for the goal, as"
    " things stand; null where none is known.",
    "SlippedTeam.after": "The same with the slip.",
    "SlippedTeam.days": "The most that its work slips. Unit: working days.",
    "SlippedTeam.items": "How many of its work items move.",
    "SlippedTeam.cost_of_delay": "Sum of cost of delay times days over its items. Unit: money or"
    " points.",
    "level": "The level of the objective: company, value_stream, product, team, person or unowned;"
    " null for a key result.",
    "SlippedGoal.path": "A shortest way to it from the root, KIND/KEY, both ends included.",
    "SlippedGoal.before": "Progress foreseen for the end of its cycle as things stand; null where it"
    " cannot be foreseen. Unit: ratio 0-1.",
    "SlippedGoal.after": "Progress foreseen with the slip; null where it cannot be foreseen. Unit:"
    " ratio 0-1.",
    "finish_before": "The last day of its work as things stand; of an objective, of the work below it"
    " that is reached; null where none is known.",
    "finish_after": "The same with the slip.",
    "late_days_before": "Calendar days from the cycle's end to that day, 0 when it is in time.",
    "late_days_after": "The same with the slip.",
    "in_time_before": "The share of the work that contributes directly, by weight, that is done by"
    " the cycle's end; null where none contributes. Unit: ratio 0-1.",
    "in_time_after": "The same with the slip.",
    "SlippedGoal.days": "The most that its work slips. Unit: working days.",
    "basis": "What the forecast of a key result rests on: check_ins, check_ins_and_work, work,"
    " standstill or contributors; null for an objective, or where there is none.",
    "subject": "What it is about: KIND/KEY, or the key of a dependency.",
    "SlipAssumption.value": "The day or number that was taken; null where there is none.",
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
