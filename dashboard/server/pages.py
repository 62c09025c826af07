"""The shell of the pages in Chinese, and a plain answer for addresses that are no page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.catalog import entries

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
SITE = "同频"
NO_SCRIPT = "<noscript>请在浏览器中启用 JavaScript 后再打开。</noscript>"
ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='6' fill='#0b559f'/>"
    "<path d='M5 16c3.6-9 7.3-9 11 0s7.4 9 11 0' fill='none' stroke='#fff' stroke-width='3'/>"
    "<path d='M5 16c3.6 9 7.3 9 11 0s7.4-9 11 0' fill='none' stroke='#f6b26b' stroke-width='3'/>"
    "</svg>"
)
UNKNOWN = (
    "<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>没有这个页面</title>"
    "<p>没有这个页面。<a href='/'>回到首页</a></p></html>"
)


@cache
def shell() -> str:
    """Streamlit's index page: Chinese, without its inline script and the link to its agent API."""
    text = INDEX.read_text(encoding="utf-8")
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    text = re.sub(r"<noscript>.*?</noscript>", NO_SCRIPT, text, flags=re.DOTALL)
    text = re.sub(r"<link rel=\"service-desc\"[^>]*>", "", text)
    text = re.sub(r"<link\s+rel=\"preload\"[^>]*as=\"font\"[^>]*>", "", text)
    text = text.replace('lang="en"', 'lang="zh-CN"').replace("<title>Streamlit<", f"<title>{SITE}<")
    return text.replace('href="./favicon.png"', 'href="./icon.svg" type="image/svg+xml"')


def routes() -> list[Route]:
    """The shell at the path of every registered page, and nowhere else."""
    first, *others = (f"/{each.page.url_path}" for each in entries())
    return [
        Route("/", _shell),
        Route(first, _to_first),
        *(Route(path, _shell) for path in others),
        Route("/icon.svg", _icon),
        Route("/favicon.png", _icon),
        Route("/{name}", _unknown),
    ]


async def _shell(request: Request) -> Response:
    return HTMLResponse(shell(), headers={"Cache-Control": "no-cache"})


async def _to_first(request: Request) -> Response:
    """Streamlit knows its first page as "/" only; its name stays a valid link."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{query}", headers={"Cache-Control": "no-cache"})


async def _icon(request: Request) -> Response:
    return Response(ICON, media_type="image/svg+xml")


async def _unknown(request: Request) -> Response:
    return HTMLResponse(UNKNOWN, status_code=404)
