"""Only this site may talk to the server: Host and Origin are checked ahead of Streamlit.

Streamlit's own check looks addresses up on the network and so freezes the server for seconds.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
POLICY_VIOLATION = 1008
REFUSAL = "请求来自别的网站或地址，已拒绝。请直接在浏览器地址栏打开本系统。"


def allowed_hosts() -> frozenset[str]:
    """Loopback names and those in TONGPIN_ALLOWED_HOSTS (separated by commas), without ports."""
    configured = os.environ.get("TONGPIN_ALLOWED_HOSTS", "")
    return LOOPBACK | {each.strip().lower() for each in configured.split(",") if each.strip()}


def is_allowed(headers: Mapping[str, str], hosts: frozenset[str]) -> bool:
    """Whether Host is ours and Origin, when sent, is a page that we served.

    A browser sends Origin with every websocket; a page on another port of this machine is
    another site, so Origin must equal Host unless it is one of the configured hosts.
    """
    host = headers.get("host", "")
    if _name(f"//{host}") not in hosts:
        return False
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") != "cross-site" or _navigates(headers)
    if urlsplit(origin).netloc.lower() == host.lower():
        return True
    return _name(origin) in hosts - LOOPBACK


def _navigates(headers: Mapping[str, str]) -> bool:
    """A link on another site that leads here is no attack."""
    return headers.get("sec-fetch-mode") == "navigate"


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


class OriginCheck:
    """ASGI: refuses foreign http requests with 403 and foreign websockets before they open."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None = None) -> None:
        self.app = app
        self.hosts = hosts or allowed_hosts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or is_allowed(_headers(scope), self.hosts):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await PlainTextResponse(REFUSAL, status_code=403)(scope, receive, send)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
