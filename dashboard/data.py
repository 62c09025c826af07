"""The bridge between pages and the mart: every result is cached under the build it came from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pandas as pd
import streamlit as st

from dashboard.server.services import services
from pipelines import queries
from pipelines.analysis_jobs import Runner
from pipelines.desk import Desk
from pipelines.errors import NoMart

T = TypeVar("T")
Parameter = str | int | float | bool | None
_PINNED = "_build_id"


def desk() -> Desk:
    """The service that takes files in and builds."""
    return services().desk


def runner() -> Runner:
    """The service that computes analyses in the background."""
    return services().runner


def pin_build(build_id: str | None = None) -> None:
    """Fix the build for this run of the script, so that one page never mixes two builds: the
    newest, or one of ``kept_builds``."""
    st.session_state[_PINNED] = build_id or queries.current_build_id(services().settings)


def kept_builds() -> tuple[str, ...]:
    """Builds that can be shown."""
    return queries.kept_builds(services().settings)


def build_id() -> str | None:
    """The build this page shows; None when nothing has been published."""
    if _PINNED in st.session_state:
        return st.session_state[_PINNED]
    return queries.current_build_id(services().settings)


def has_mart() -> bool:
    """Whether there is a build to show."""
    return build_id() is not None


def query(name: str, **parameters: Parameter) -> pd.DataFrame:
    """The registered query ``name`` on the build of this page; NoMart when there is none.

    The frame is the caller's own: pandas copies on write, so the cached one never changes.
    """
    build = _required_build()
    full = queries.completed(name, parameters, date.today())  # names of units change with the day
    return _result(_scope(), build, name, tuple(sorted(full.items()))).copy(deep=False)


def memo(name: str, compute: Callable[[], T], **parameters: Parameter) -> T:
    """``compute()`` once per build, ``name`` and ``parameters``; treat the result as read-only."""
    return _computed(_scope(), _required_build(), name, tuple(sorted(parameters.items())), compute)


def _required_build() -> str:
    build = build_id()
    if build is None:
        raise NoMart("还没有可看的数据。请先在“上传入库”提交单位名册和业务指标月报")
    return build


def _scope() -> str:
    return str(services().settings.store_root)


@st.cache_resource(show_spinner="正在读取数据…", max_entries=400)
def _result(
    scope: str, build: str, name: str, parameters: tuple[tuple[str, Parameter], ...]
) -> pd.DataFrame:
    return queries.run(services().mart(build), name, **dict(parameters))


@st.cache_resource(show_spinner="正在计算…", max_entries=100)
def _computed(
    scope: str,
    build: str,
    name: str,
    parameters: tuple[tuple[str, Parameter], ...],
    _compute: Callable[[], T],
) -> T:
    return _compute()
