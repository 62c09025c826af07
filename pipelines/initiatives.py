"""All initiatives of a build against their comparison units: one run, corrected together."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd

from pipelines import queries
from pipelines.analysis.initiative import BANNER, Assessment, assess, corrected, event_times
from pipelines.analysis.initiative_list import comparison_frame, initiatives
from pipelines.analysis_runs import Outcome, RunKey
from pipelines.domain.months import last_day
from pipelines.progress import Progress, after
from pipelines.warehouse import Mart

NAME = "initiatives"
# Months before adoption that are 0 in the drawing, months drawn, draws of its band and of p.
BASE, WINDOW, BAND_DRAWS, DRAWS = 6, (-12, 11), 999, 1999
_READ = 0.05  # share of the work
_WORDS = "reasons"
_BESIDE = ("cohorts",)  # of an assessment, not kept


def run_key(build_id: str) -> RunKey:
    """The run of all initiatives of a build; its seed comes from the build."""
    settings = {"band_draws": BAND_DRAWS, "base": BASE, "draws": DRAWS}
    return RunKey.of(build_id, NAME, settings)


def compute(mart: Mart, key: RunKey, progress: Progress) -> Outcome:
    """Frames ``found`` (a row an initiative: code and Assessment, read back by ``assessments``)
    and ``events`` [code, event, att, …] of those of which months may be drawn."""
    progress("读取载体台账和指标", 0.0)
    figures, kpis = (queries.run(mart, each) for each in ("kpi_unit_month", "kpis"))
    units = queries.run(mart, "units", day=roster_day(figures))
    listed = initiatives(queries.run(mart, "initiative_carriers"))
    found: list[Assessment] = []
    events: list[pd.DataFrame] = []
    rest = after(_READ, progress)
    for at, each in enumerate(listed):
        rest(f"比较第 {at + 1}/{len(listed)} 个项目", at / len(listed))
        frame = comparison_frame(each, figures, kpis, units)
        one = assess(frame, draws=DRAWS, seed=key.seed)
        found.append(one)
        if one.is_told or one.state == BANNER:
            drawn = event_times(frame, base=BASE, draws=BAND_DRAWS, seed=key.seed, window=WINDOW)
            events.append(drawn.assign(code=each.code))
    rows = [_row(each.code, one) for each, one in zip(listed, corrected(found), strict=True)]
    return Outcome(
        frames={
            "found": pd.DataFrame(rows, columns=["code", *_kept()]),
            "events": pd.concat(events, ignore_index=True)
            if events
            else pd.DataFrame(columns=["code"]),
        },
        facts={"seed": key.seed},
    )


def roster_day(figures: pd.DataFrame) -> str:
    """The day of the roster that says who stands above whom: the last of the newest month of
    ``figures``, so that the same data give the same result on any day."""
    return last_day(str(figures["month"].max())) if len(figures) else "9999-12-31"


def assessments(outcome: Outcome) -> dict[str, Assessment]:
    """Code of an initiative → what may be said, as ``compute`` kept it, without its cohorts."""
    found = {}
    for row in outcome.frames["found"].to_dict("records"):
        told = {name: row[name] for name in _kept() if name != _WORDS}
        words = tuple(str(row[_WORDS]).split("\n"))
        found[str(row["code"])] = Assessment(**told, reasons=words, cohorts=pd.DataFrame())
    return found


def _kept() -> list[str]:
    return [each.name for each in fields(Assessment) if each.name not in _BESIDE]


def _row(code: str, found: Assessment) -> dict[str, object]:
    told = {name: getattr(found, name) for name in _kept()}
    return {"code": code, **told, _WORDS: "\n".join(found.reasons)}
