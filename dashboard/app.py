"""The server: ``python -m streamlit run dashboard/app.py`` from the root of the checkout."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from dashboard.charts.base import trust_charts
from dashboard.server import pages, ready, services
from dashboard.server.errors import on_script_error
from dashboard.server.headers import SecurityHeaders
from dashboard.server.origin import OriginCheck
from dashboard.server.translation import TranslatedScripts


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, object]]:
    """The validation worker starts with the server, so that the first upload finds it warm."""
    trust_charts()
    await run_in_threadpool(services.services)
    try:
        yield {}
    finally:
        await run_in_threadpool(services.close)


app = st.App(
    Path(__file__).parent / "main.py",
    routes=[*ready.routes(), *pages.routes()],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(OriginCheck),
        Middleware(TranslatedScripts),
    ],
    lifespan=lifespan,
    on_script_error=on_script_error,
)
