"""The ready route: 200 when the ledger answers, a mart is published and the validator is warm."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard.server.services import services
from pipelines import queries


def parts() -> dict[str, bool]:
    """Each part and whether it is ready; nothing about the data."""
    held = services()
    return {
        "ledger": held.desk.answers(),
        "mart": queries.current_build_id(held.settings) is not None,
        "validator": held.validator.ready,
    }


async def _ready(request: Request) -> Response:
    found = await run_in_threadpool(parts)
    is_ready = all(found.values())
    headers = {"Cache-Control": "no-store"}
    body = {"ready": is_ready, "parts": found}
    return JSONResponse(body, status_code=200 if is_ready else 503, headers=headers)


def routes() -> list[Route]:
    """GET /ready."""
    return [Route("/ready", _ready)]
