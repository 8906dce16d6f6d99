"""Whether the process lives, and whether it can serve."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from graph.workspace import Workspace


async def live(request: Request) -> JSONResponse:
    """Answer as long as the event loop turns."""
    del request
    return JSONResponse({"status": "live"})


class Ready:
    """Answers 200 once a snapshot is served, with its revision, age and what troubles it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def __call__(self, request: Request) -> JSONResponse:
        """Answer a request."""
        del request
        snapshot, contact = self._workspace.snapshot(), self._workspace.contact
        trouble = contact.trouble
        return JSONResponse(
            {
                "status": "ready",
                "revision": snapshot.revision,
                "written_at": None if snapshot.at is None else snapshot.at.isoformat(),
                "age_seconds": round(contact.age_s, 3),
                # The code alone: the words may speak of addresses.
                "trouble": None if trouble is None else trouble.code.value,
            }
        )
