"""The GraphiQL page, from files that `make graphiql` puts beside it; nothing comes from outside.

Without the files the page is loaded from a public CDN in `--dev` alone, and says so.
"""

from pathlib import Path

from starlette.responses import HTMLResponse
from strawberry.http.ides import get_graphql_ide_html

ASSETS = Path(__file__).parent / "graphiql" / "assets"
ASSETS_PATH = "/graphiql-assets"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:;"
    " img-src 'self' data:; connect-src 'self' ws://{host} wss://{host}; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Headwater</title>
"""
_PAGE = (
    _HEAD
    + """<link rel="stylesheet" href="{path}/graphiql.css">
<link rel="stylesheet" href="{path}/page.css">
</head>
<body style="margin: 0">
<main id="graphiql" style="height: 100vh"></main>
<script src="{path}/react.js"></script>
<script src="{path}/react-dom.js"></script>
<script src="{path}/graphql-ws.js"></script>
<script src="{path}/graphiql.js"></script>
<script src="{path}/accessible.js"></script>
<script src="{path}/operations.js"></script>
<script src="{path}/boot.js"></script>
</body>
</html>
"""
)
_PLAIN = (
    _HEAD
    + """</head>
<body>
<main>
<h1>Headwater</h1>
<p>The GraphQL endpoint is <code>/graphql</code>.</p>
<p>{text}</p>
</main>
</body>
</html>
"""
)
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_OFF = "The GraphiQL page is shown with <code>--dev</code>."


def installed() -> bool:
    """Say whether the files of the page are there."""
    return (ASSETS / "boot.js").is_file()


def page(host: str, *, dev: bool) -> HTMLResponse:
    """Give the page at the root. `host` is where the browser found it."""
    if not dev:
        return _response(_PLAIN.replace("{text}", _OFF), host)
    if installed():
        return own_page(host)
    return HTMLResponse(get_graphql_ide_html(graphql_ide="graphiql"), headers=_HEADERS)


def own_page(host: str) -> HTMLResponse:
    """Give GraphiQL from our own files."""
    return _response(_PAGE.replace("{path}", ASSETS_PATH), host)


def _response(text: str, host: str) -> HTMLResponse:
    policy = _POLICY.format(host=_safe(host))
    return HTMLResponse(text, headers={**_HEADERS, "Content-Security-Policy": policy})


def _safe(host: str) -> str:
    """Give the host as it may stand in a policy; a request can claim any."""
    return host if all(char.isalnum() or char in ".-:[]" for char in host) else "localhost"
