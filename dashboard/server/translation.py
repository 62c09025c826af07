"""Streamlit's own words in Chinese: its scripts are served with phrases.csv applied.

The phrases are fragments of the pinned version's scripts; a test fails when one is not found.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
PREFIX = "/static/js/"
MAX_AGE_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """``english``: a fragment of the script whose file name starts with ``script``."""

    script: str
    english: str
    chinese: str


@cache
def phrases() -> tuple[Phrase, ...]:
    """All phrases in file order."""
    text = files("dashboard.server").joinpath("phrases.csv").read_text(encoding="utf-8")
    return tuple(Phrase(**row) for row in csv.DictReader(text.splitlines()))


def script_of(phrase: Phrase) -> Path:
    """The one script a phrase belongs to; LookupError when the version has none or several."""
    found = sorted(SCRIPTS.glob(f"{phrase.script}*.js"))
    if len(found) != 1:
        raise LookupError(f"{phrase.script}: {[each.name for each in found]}")
    return found[0]


@cache
def translated_names() -> frozenset[str]:
    """File names of the scripts that hold phrases."""
    return frozenset(script_of(each).name for each in phrases())


@cache
def translated(name: str) -> bytes:
    """The script ``name`` with its phrases in Chinese."""
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    for each in phrases():
        if name.startswith(each.script):
            text = text.replace(each.english, each.chinese)
    return text.encode()


class TranslatedScripts:
    """ASGI: answers requests for the scripts that hold phrases, passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = _script_name(scope)
        if name is None:
            await self.app(scope, receive, send)
            return
        headers = {"Cache-Control": f"public, max-age={MAX_AGE_SECONDS}"}
        body = await run_in_threadpool(translated, name)
        await Response(body, media_type="text/javascript", headers=headers)(scope, receive, send)


def _script_name(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return None
    if not scope["path"].startswith(PREFIX):
        return None
    name = scope["path"].removeprefix(PREFIX)
    return name if name in translated_names() else None
