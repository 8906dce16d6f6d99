"""What the service turns away, and how fast: floods over HTTP on loopback."""

import json
import os
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

from bench.figures import Figure
from bench.starts import await_ready, running

BOUND_MS = 20.0


def refusal_figures(folder: Path, runs: int) -> list[Figure]:
    """Measure from the request to its refusal, each flood as often; the service is warm."""
    with running(["serve", "--data-dir", str(folder)], os.environ.copy()) as (_, port):
        await_ready(port)
        address = f"http://127.0.0.1:{port}/graphql"
        assert "data" in _asked(address, _body("{ graph { revision } }"))[1]
        return [_figure(address, name, body, runs) for name, body in _floods().items()]


def _figure(address: str, name: str, body: bytes, runs: int) -> Figure:
    times = []
    for _ in range(max(runs, 5)):
        seconds, answer = _asked(address, body)
        assert answer["errors"][0]["extensions"]["code"], name
        assert "data" not in answer, name
        times.append(1e3 * seconds)
    return Figure(f"refused: {name} ({len(body) / 1e3:,.0f} kB)", "ms", tuple(times), BOUND_MS)


def _asked(address: str, body: bytes) -> tuple[float, dict[str, list[dict[str, dict[str, str]]]]]:
    request = urllib.request.Request(address, body, {"content-type": "application/json"})
    start = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = answer.read()
    except HTTPError as error:
        text = error.read()
    return time.perf_counter() - start, json.loads(text)


def _body(query: str, variables: object = None) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


def _floods() -> dict[str, bytes]:
    each = {
        "20,000 variables": "query("
        + " ".join(f"$v{i}:Int" for i in range(20_000))
        + "){graph{at}}",
        "1,000 variables": "query(" + " ".join(f"$v{i}:Int" for i in range(990)) + "){graph{at}}",
        "10,000 aliases": "{" + " ".join(f"a{i}:graph{{at}}" for i in range(10_000)) + "}",
        "600 aliases": "{" + " ".join(f"a{i}:graph{{at}}" for i in range(600)) + "}",
        "10,000 fields": "{graph{" + " at" * 10_000 + "}}",
        "100,000 levels": "{graph" + "{a" * 100_000 + "}" * 100_000 + "}",
        "lists 1,900 deep": "{teams(first:" + "[" * 1_900 + "]" * 1_900 + "){totalCount}}",
        "1,900 directives": "{graph" + " @a" * 1_900 + "{at}}",
        "480 fragments in a chain": "{...F0}"
        + " ".join(f"fragment F{i} on Query{{...F{i + 1}}}" for i in range(480)),
        "60 fragments that double": "{...F0}"
        + " ".join(f"fragment F{i} on Query{{...F{i + 1} ...F{i + 1}}}" for i in range(60))
        + "fragment F60 on Query{graph{at}}",
        "fragments in a circle": "{...A} fragment A on Query{...B} fragment B on Query{...A}",
        "a number of 900,000 digits": "{teams(first:" + "9" * 900_000 + "){totalCount}}",
        "a string of 1 MB": '{team(key:"' + "x" * 990_000 + '"){key}}',
        "pages within pages": "{teams(first:500){nodes{delivers(first:500){nodes{key}}}}}",
    }
    query = "query($k:String!){team(key:$k){key}}"
    return {
        **{name: _body(text) for name, text in each.items()},
        "5 MB": _body("{" + " a" * 2_500_000 + "}"),
        "150,000 values in a variable": _body(query, {"k": ["a"] * 150_000}),
        "a variable 200 deep": _body(query, {"k": json.loads("[" * 200 + "]" * 200)}),
        "a batch of 1,000": json.dumps([{"query": "{graph{at}}"}] * 1_000).encode(),
    }
