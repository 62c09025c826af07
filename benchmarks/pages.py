"""Times of page reruns and of registered queries on the mart of a size; run in its own process."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import cycle
from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks.child import settings_at
from benchmarks.results import Timing
from pipelines import queries

RERUNS = 24
WAIT_SECONDS = 180
_TIMEOUT = 600
_SAMPLES = {
    "check_id": "near_duplicate",
    "kind": "activity",
    "measure_id": "link_rate_confirmed",
    "record_id": "",
    "target_id": "K01",
    "target_kind": "kpi",
    "tree": "admin",
}


def _show(url_path: str) -> None:
    from dashboard import data
    from dashboard.catalog import by_path

    data.pin_build()
    by_path(url_path).render()


def _months(shown: AppTest) -> Iterator[Callable[[], object]]:
    box = shown.selectbox(key="month")
    return cycle([_setter(shown, "selectbox", "month", each) for each in box.options[1:]])


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


CHANGES = {
    "overview": ("每次换一个没看过的月份", _months),
    "quadrant": ("每次换一个没看过的月份", _months),
    "association": ("每次换一个滞后月数", _lags),
    "upload": ("每次改确认人岗位", _names),
    "definitions": ("原样重跑（默认标签页没有筛选）", _nothing),
}


def page_timing(url_path: str, title: str) -> Timing:
    """First run, one warm-up, then RERUNS runs with a change of the filter before each."""
    what, changes = CHANGES.get(url_path, ("原样重跑", _nothing))
    shown = AppTest.from_function(_show, args=(url_path,), default_timeout=_TIMEOUT)
    first = _timed(shown)
    _timed(shown)
    seconds = []
    steps = changes(shown)
    for _ in range(RERUNS):
        next(steps)()
        seconds.append(_timed(shown))
    return Timing(name=title, what=what, seconds=tuple(seconds), first=first)


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
    kpi_id = str(queries.run(mart, "kpis")["kpi_id"].iloc[0])
    fixed = {"floor": 0.9, "kpi_id": kpi_id, "unit_id": None, **_SAMPLES}
    timings = []
    for name in queries.names():
        wanted = [each for each in fixed if f"${each}" in queries.sql_of(name)]
        given = {each: fixed[each] for each in wanted}
        if "$previous_month" in queries.sql_of(name):
            given["previous_month"] = months[-1]
        by_month = "$month" in queries.sql_of(name)
        seconds = []
        for step in range(RERUNS + 1):
            month = {"month": months[step % len(months)]} if by_month else {}
            started = time.perf_counter()
            queries.run(mart, name, **given, **month)
            seconds.append(time.perf_counter() - started)
        what = "每次换一个月份" if by_month else "全部月份"
        timings.append(Timing(name=name, what=what, seconds=tuple(seconds[1:])))
    mart.close()
    return timings


def page_timings() -> list[Timing]:
    """All pages of the registry, the validation worker warm so that it takes no processor time."""
    from dashboard.catalog import entries
    from dashboard.server import services as held

    services = held.services()
    deadline = time.monotonic() + WAIT_SECONDS
    while not services.validator.ready and time.monotonic() < deadline:
        time.sleep(0.2)
    try:
        return [page_timing(each.page.url_path, each.page.title) for each in entries()]
    finally:
        held.close()


def main(root: Path, answer: Path) -> None:
    """Measure on the published mart of the store at ``root``; JSON to ``answer``."""
    os.environ["TONGPIN_STORE"] = str(root)
    os.environ.pop("TONGPIN_LEDGER_URL", None)
    found = {"queries": query_timings(root), "pages": page_timings()}
    plain = {kind: [asdict(each) for each in timings] for kind, timings in found.items()}
    answer.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
