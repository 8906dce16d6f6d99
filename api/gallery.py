"""Pictures over HTTP: any analysis that can be drawn, as SVG, Mermaid or Graphviz, by a plain GET."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.answers import REVISION_HEADER, refused
from api.callers import payer
from api.gate import Gate
from api.painting.painters import drawable, drawn, is_drawable
from api.painting.subject import Subject
from api.pictures.drawing import Drawing
from api.sending import is_known
from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterValue
from graph.analyses.registry import ANALYSES
from graph.errors import BadUsage, HeadwaterError, NotFound
from graph.model.codec import near, shown
from graph.model.days import today_of
from graph.model.snapshot import Snapshot
from graph.workspace import Workspace
from schema.slots import Busy

GALLERY_PATH: Final = "/pictures/{picture:path}"
MOST_BYTES: Final = 8_000_000
"""Larger pictures are refused: no browser shows them, and nobody reads them."""

_FORMS: Final[Mapping[str, tuple[str, Callable[[Drawing], str]]]] = {
    "svg": ("image/svg+xml", lambda drawing: drawing.svg()),
    "mmd": ("text/vnd.mermaid; charset=utf-8", lambda drawing: drawing.mermaid()),
    "dot": ("text/vnd.graphviz; charset=utf-8", lambda drawing: drawing.dot()),
}
"""By the ending of the address: the media type, and what writes it."""

_SAFE: Final[Mapping[str, str]] = {
    # A picture needs nothing from anywhere; whatever a name may hold, nothing of it runs.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for: an analysis with its parameters, and the form."""

    entry: Analysis
    values: Mapping[str, ParameterValue]
    form: str


class Gallery:
    """Answers `GET /pictures/{analysis}.{svg|mmd|dot}`; the analysis' parameters are the query's.

    404 for what is not there or cannot be drawn, 400 for parameters that do not fit, 405 for
    another method: each as JSON that says what is wrong and the way out. The answer names the
    revision it stands on, and an ETag of it and the day.
    """

    def __init__(self, workspace: Workspace, gate: Gate, most_s: float) -> None:
        self._workspace = workspace
        self._gate = gate
        self._most_s = most_s

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        if request.method not in {"GET", "HEAD"}:
            text = "Pictures take GET."
            return refused(405, "METHOD_NOT_ALLOWED", text, headers={"Allow": "GET, HEAD"})
        turned = self._gate.turned_away(request.scope)
        if turned is not None:
            return refused(429, turned.code, turned.message, headers=turned.headers)
        try:
            wanted = _wanted(request.path_params["picture"], request.query_params.multi_items())
            return await self._answer(wanted, request)
        except Busy as error:
            headers = {"Retry-After": str(error.retry_after_s)}
            return refused(503, "BUSY", error.message, headers=headers)
        except TimeoutError:
            text = f"The picture takes longer than it may: the limit is {self._most_s:g} s."
            return refused(503, "TIMEOUT", text)
        except NotFound as error:
            return _told(404, error)
        except HeadwaterError as error:
            return _told(400, error)

    async def _answer(self, wanted: _Wanted, request: Request) -> Response:
        snapshot = self._workspace.snapshot()
        today = today_of(snapshot, datetime.now(UTC))
        headers = {
            **_SAFE,
            REVISION_HEADER: str(snapshot.revision),
            "ETag": f'W/"{_stands(snapshot)}-{today.isoformat()}"',
        }
        if is_known(headers["ETag"], request.headers):
            return Response(status_code=304, headers=headers)
        filled = {p.name: today for p in wanted.entry.parameters if p.today}
        media, _ = _FORMS[wanted.form]
        make = partial(_written, wanted, snapshot, {**filled, **wanted.values})
        async with asyncio.timeout(self._most_s or None):
            content = await self._gate.slots.run(payer(request.scope), request, make)
        return Response(content, media_type=media, headers=headers)


def _stands(snapshot: Snapshot) -> str:
    """Tell where a graph stands: the moment tells apart two graphs at the same revision."""
    return f"{snapshot.revision}-{snapshot.at.timestamp():.0f}" if snapshot.at else "0"


def _written(wanted: _Wanted, snapshot: Snapshot, values: Mapping[str, ParameterValue]) -> bytes:
    """Compute, draw and write, all of it off the event loop."""
    result = wanted.entry.call(snapshot, values)
    _, write = _FORMS[wanted.form]
    content = write(drawn(Subject(snapshot, result, values))).encode()
    if len(content) > MOST_BYTES:
        msg = f"the picture has {len(content):,} bytes, the limit is {MOST_BYTES:,}"
        raise BadUsage(msg, "narrow it with the parameters of the analysis")
    return content


def _wanted(picture: str, query: list[tuple[str, str]]) -> _Wanted:
    """Read an address. NotFound for a picture that there is not, BadUsage for its parameters."""
    name, _, form = picture.rpartition(".")
    if form not in _FORMS or not name:
        msg = f"there is no picture {shown(picture)}"
        raise NotFound(msg, f"named as ANALYSIS.FORM, with a form of {', '.join(_FORMS)}")
    entry = next((found for found in ANALYSES if found.name == name), None)
    if entry is None or not is_drawable(entry):
        msg = f"{shown(name)} is no analysis that can be drawn"
        raise NotFound(msg, f"pictures are made by: {', '.join(drawable())}")
    known = {parameter.name: parameter for parameter in entry.parameters}
    values: dict[str, ParameterValue] = {}
    for key, text in query:
        values[key] = _value(entry, known, key, text, given=key in values)
    return _Wanted(entry, values, form)


def _value(
    entry: Analysis, known: Mapping[str, Parameter], key: str, text: str, *, given: bool
) -> ParameterValue:
    if key not in known:
        msg = f"{entry.name} has no parameter {shown(key)}"
        raise BadUsage(msg, near(key, known))
    if given:
        msg = f"{key} is given twice"
        raise BadUsage(msg, "give it once; words of a list are separated by commas")
    try:
        return known[key].read(text)
    except BadUsage as error:  # it speaks of the command line's option
        message = error.message.replace(f"--{known[key].option}", key, 1)
        raise BadUsage(message, error.hint) from error


def _told(status: int, error: HeadwaterError) -> JSONResponse:
    more = {"hint": error.hint} if error.hint else {}
    return refused(status, error.code.name, error.message, more)
