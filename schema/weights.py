"""What fields cost that do more than to read what is there: declared here, in one place.

A field costs 1, and what is not said here costs just that. The unit is about the time in which an
answer gets one more field: some ten microseconds. What fields cost is estimated, and rounded up
generously: it protects, it does not account.
"""

from collections.abc import Mapping
from functools import cache

from graph.analyses.registry import ANALYSES
from schema.queries.analyses import analysis_name

ANALYSIS = 200
"""An analysis that is not named below: it looks through the graph once or a few times."""
MUTATION = 100
"""A write: its transaction, its log entry, and the snapshot that moves forward."""
SUBSCRIPTION = 100
INTROSPECTION = 20_000
"""The whole schema, however much of it is asked for: nothing within is counted."""

_ANALYSES: Mapping[str, int] = {
    "bottlenecks": 5_000,
    "network": 5_000,
    "dsm": 2_000,
    "schedule-risk": 5_000,
    "impact-of-slip": 2_000,
    "lineage": 1_000,
}
"""By the name of the analysis; those that take far longer than the rest."""

_FIELDS: Mapping[str, int] = {
    "Query.asOf": 2_000,  # the graph is put together again from the log
    "Query.search": 500,
    "Query.path": 200,
    "Query.upstream": 200,
    "Query.downstream": 200,
    "Query.changes": 200,
    "Objective.cascade": 200,
    "Objective.explain": 100,
    "Objective.forecast": 100,
    "KeyResult.forecast": 100,
    "Query.__schema": INTROSPECTION,
    "Query.__type": 500,
}


@cache
def weights() -> Mapping[str, int]:
    """Give what fields cost, by `Type.field`; what is not in it costs 1."""
    found = {
        f"Query.{analysis_name(each)}": _ANALYSES.get(each.name, ANALYSIS) for each in ANALYSES
    }
    return {**found, **_FIELDS}
