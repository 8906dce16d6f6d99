"""What schemathesis has to know: our scalars, and what must stand in no answer."""

import re

import schemathesis
from hypothesis import strategies
from schemathesis.graphql import nodes

_DAYS = strategies.dates().map(lambda day: day.isoformat())
_INSTANTS = strategies.datetimes().map(lambda instant: f"{instant.isoformat()}Z")
schemathesis.graphql.scalar("Moment", (_DAYS | _INSTANTS).map(nodes.String))

_LEAKS = re.compile(
    r"Traceback|File \\?\"|site-packages|/work/|/usr/|/root/|\.py\b|bolt://|neo4j|Cypher"
    r"|arcadedb|\bMATCH \(|UNWIND|java\.|INTERNAL_ERROR|STORE_|ENGINE_",
    re.IGNORECASE,
)


@schemathesis.check
def nothing_leaks(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """No trace, path, statement or name of what lies behind stands in an answer."""
    del ctx
    text = response.text
    sent = str(case.body)
    found = [match for match in _LEAKS.findall(text) if match not in sent]
    assert not found, f"{found} in {text}"
