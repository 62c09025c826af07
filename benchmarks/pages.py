"""Times of page reruns and of registered queries on the mart of a size; run in its own process."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import cycle
from pathlib import Path

import psutil
from streamlit.testing.v1 import AppTest

from benchmarks.child import peak_bytes, settings_at
from benchmarks.results import Timing
from pipelines import queries
from pipelines.analysis_jobs import Runner
from pipelines.warehouse import Mart, Parameter

RERUNS = 24
AHEAD = 60  # choices taken from a list
WAIT_SECONDS = 180
_TIMEOUT = 900
_ROUNDS = 6
_ROLES = {
    "analysis_worker": "分析程序",
    "expectations.runner": "校验程序",
}
_PARAMETER = re.compile(r"\$([a-z_]+)")
_MONTHLY = {"month", "previous_month"}
_FOLLOWS = {"day"}  # what queries.run adds
_SAMPLES: dict[str, Parameter] = {
    "action_id": "",
    "check_id": "near_duplicate",
    "floor": 0.9,
    "keyword": "质量",
    "kind": "activity",
    "measure_id": "link_rate_confirmed",
    "record_id": "",
    "target_kind": "kpi",
    "tree": "admin",
    "upload_id": "U0001",
}


def _show(url_path: str) -> None:
    import streamlit as st

    from dashboard import data
    from dashboard.catalog import by_path
    from pipelines.analysis_runs import RunKey

    data.pin_build()
    try:
        by_path(url_path).render()
    finally:
        held = [each for each in st.session_state.values() if isinstance(each, tuple)]
        asked = [each for keys in held for each in keys if isinstance(each, RunKey)]
        st.session_state["benchmarks_runs"] = asked


def _choices(key: str) -> Callable[[AppTest], Iterator[Callable[[], object]]]:
    """Every other choice of a list, one after the other, the first AHEAD of them."""

    def changes(shown: AppTest) -> Iterator[Callable[[], object]]:
        options = shown.selectbox(key=key).options[1 : AHEAD + 1]
        return cycle([_setter(shown, "selectbox", key, each) for each in options])

    return changes


def _setter(shown: AppTest, kind: str, key: str, value: object) -> Callable[[], object]:
    """Sets a widget of the run that is then current, by position for a selectbox."""

    def change() -> object:
        widget = getattr(shown, kind)(key=key)
        return widget.select(value) if kind == "selectbox" else widget.set_value(value)

    return change


def _lags(shown: AppTest) -> Iterator[Callable[[], object]]:
    return cycle([_setter(shown, "slider", "lag", lag) for lag in (1, 2, 3, 4, 5, 6, 0)])


def _names(shown: AppTest) -> Iterator[Callable[[], object]]:
    return cycle([_setter(shown, "text_input", "by", f"测量岗位{n}") for n in range(1, 99)])


def _nothing(shown: AppTest) -> Iterator[Callable[[], object]]:
    return cycle([lambda: shown])


_MONTH = ("每次换一个没看过的月份", _choices("month"))
CHANGES = {
    "overview": _MONTH,
    "quadrant": _MONTH,
    "chain": _MONTH,
    "followups": _MONTH,
    "reporting": _MONTH,
    "assessment": _MONTH,
    "quality": ("每次换一个没看过的月份", _choices("activity_month")),
    "unit": ("每次换一个没看过的单位", _choices("profile_unit")),
    "association": ("结果已保留，每次换一个滞后月数", _lags),
    "initiatives": ("结果已保留，原样重跑", _nothing),
    "upload": ("每次改确认人岗位", _names),
    "definitions": ("原样重跑（默认标签页没有筛选）", _nothing),
}


ANALYSED = ("overview", "association", "quadrant", "initiatives")


def page_timing(url_path: str, title: str, runner: Runner) -> tuple[Timing, float]:
    """First run, one warm-up, then RERUNS runs with a change of the filter before each.

    Analyses that the page asks for are waited for before the first run that counts; the second
    value is the seconds waited.
    """
    what, changes = CHANGES.get(url_path, ("原样重跑", _nothing))
    waited = _keep_analyses(url_path, runner)
    shown = AppTest.from_function(_show, args=(url_path,), default_timeout=_TIMEOUT)
    first = _timed(shown)
    _timed(shown)
    seconds, cpu = [], []
    steps = changes(shown)
    for _ in range(RERUNS):
        next(steps)()
        before = time.process_time()
        seconds.append(_timed(shown))
        cpu.append(time.process_time() - before)
    timing = Timing(
        name=title, what=what, seconds=tuple(seconds), cpu_seconds=tuple(cpu), first=first
    )
    return timing, waited


def _keep_analyses(url_path: str, runner: Runner) -> float:
    """Show the page until it asks for no analysis that is not kept; seconds waited for them."""
    waited = 0.0
    for _ in range(_ROUNDS):
        shown = AppTest.from_function(_show, args=(url_path,), default_timeout=_TIMEOUT)
        _timed(shown)
        asked = shown.session_state["benchmarks_runs"]
        if not asked and url_path in ANALYSED:
            raise RuntimeError(f"{url_path}: no analysis was asked for")
        missing = [each for each in asked if runner.outcome(each) is None]
        if not missing:
            return waited
        started = time.perf_counter()
        for key in missing:
            if not runner.ask(key, "benchmarks").wait(_TIMEOUT):
                raise RuntimeError(f"{url_path}: the analysis {key.name} did not end")
        waited += time.perf_counter() - started
    raise RuntimeError(f"{url_path}: analyses without end")


def _timed(shown: AppTest) -> float:
    started = time.perf_counter()
    shown.run()
    taken = time.perf_counter() - started
    if shown.exception:
        raise RuntimeError(shown.exception[0].message)
    return taken


def query_timings(root: Path) -> list[Timing]:
    """Every registered query, RERUNS times after one warm-up, another month each time."""
    mart = queries.open_mart(settings_at(root))
    months = queries.run(mart, "months")["month"].tolist()
    known = {**_SAMPLES, **_found(mart, months)}
    timings = []
    for name in queries.names():
        sql = queries.sql_of(name)
        asked = set(_PARAMETER.findall(sql))
        given = {each: known[each] for each in asked - _MONTHLY - _FOLLOWS}
        if "unit_id" in given:
            given["unit_id"] = _unit(sql, str(known["unit_id"]))
        seconds, cpu = [], []
        for step in range(RERUNS + 1):
            month = {"month": months[step % len(months)]} if asked & _MONTHLY else {}
            started, before = time.perf_counter(), time.process_time()
            queries.run(mart, name, **given, **month)
            seconds.append(time.perf_counter() - started)
            cpu.append(time.process_time() - before)
        what = "每次换一个月份" if asked & _MONTHLY else "全部月份"
        timings.append(
            Timing(name=name, what=what, seconds=tuple(seconds[1:]), cpu_seconds=tuple(cpu[1:]))
        )
    mart.close()
    return timings


def _found(mart: Mart, months: list[str]) -> dict[str, Parameter]:
    """Values of parameters that a mart must have: a unit, a KPI, an activity type, its months."""
    kpi_id = str(queries.run(mart, "kpis")["kpi_id"].iloc[0])
    kinds = queries.run(mart, "activity_unit_month")["activity_type"]
    first, last = min(months), max(months)
    return {
        "activity_type": str(kinds.iloc[0]),
        "first": first,
        "first_month": first,
        "kpi_id": kpi_id,
        "last": last,
        "last_month": last,
        "target_id": kpi_id,
        "unit_id": str(queries.run(mart, "unit_reporting")["unit_id"].iloc[0]),
    }


def _unit(sql: str, one: str) -> str | None:
    """All units where a query can be asked for them, else one."""
    if "$unit_id is null" in sql:
        return None
    return "*" if "$tree" in sql else one


def page_timings() -> tuple[list[Timing], dict[str, float], dict[str, int]]:
    """All pages of the registry, the validation worker warm so that it takes no processor time.

    Also the seconds waited for analyses by page, and the highest resident bytes by process.
    """
    from dashboard.catalog import entries
    from dashboard.charts.base import trust_charts
    from dashboard.server import services as held

    trust_charts()  # as the server does
    timings: list[Timing] = []
    waited: dict[str, float] = {}
    services = held.services()
    deadline = time.monotonic() + WAIT_SECONDS
    while not services.validator.ready and time.monotonic() < deadline:
        time.sleep(0.2)
    try:
        for each in entries():
            timing, seconds = page_timing(each.page.url_path, each.page.title, services.runner)
            timings.append(timing)
            if seconds > 0:
                waited[each.page.title] = seconds
        return timings, waited, _peaks()
    finally:
        held.close()


def _peaks() -> dict[str, int]:
    """Highest resident bytes of this process, which shows the pages, and of its workers."""
    found = {"页面服务": peak_bytes()}
    for child in psutil.Process().children(recursive=True):
        role = next((name for word, name in _ROLES.items() if word in str(child.cmdline())), None)
        if role:
            found[role] = peak_bytes(child.pid)
    return found


def main(root: Path, answer: Path) -> None:
    """Measure on the published mart of the store at ``root``; JSON to ``answer``."""
    os.environ["TONGPIN_STORE"] = str(root)
    os.environ.pop("TONGPIN_LEDGER_URL", None)
    pages, analyses, peaks = page_timings()
    plain = {
        "pages": [asdict(each) for each in pages],
        "queries": [asdict(each) for each in query_timings(root)],
        "analyses": analyses,
        "peak_bytes": peaks,
    }
    answer.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
