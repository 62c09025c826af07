"""Carriers become initiatives, and initiatives frames that compare what can be compared."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.event_time import BEFORE, BETTER, FAINT, WORSE, kind_of
from dashboard.initiatives import signed, size, span
from pipelines.analysis.initiative import THIN, assess
from pipelines.analysis.initiative_list import comparison_frame, initiatives

UNITS = pd.DataFrame(
    {
        "unit_id": ["G", "A", "A1", "B", "P"],
        "tree": ["admin", "admin", "admin", "admin", "party"],
        "parent_id": [None, "G", "A", "G", None],
    }
)
KPIS = pd.DataFrame({"kpi_id": ["K", "W"], "band_low": [None, 2.0], "band_high": [None, 4.0]})


def _carriers(**columns: list) -> pd.DataFrame:
    size = len(columns["admin_unit_id"])
    plain = {"kind": "突击队", "name": "甲", "trigger": None, "kpi_id": "K", "kpi_name": "指标"}
    return pd.DataFrame({**{k: [v] * size for k, v in plain.items()}, "problem": None, **columns})


def _figures(kpi: str, direction: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unit_id": ["G", "A", "A1", "B", "P"],
            "kpi_id": kpi,
            "month": "2026-01",
            "actual": [1.0, 2.0, 3.0, 5.0, 9.0],
            "direction": direction,
        }
    )


def test_kind_kpi_and_name_make_an_initiative_and_the_cause_stands_for_a_missing_name():
    """A unit with two carriers adopted with the first; rows with a problem belong to none."""
    found = initiatives(
        _carriers(
            admin_unit_id=["A", "A", "B", "B", "B"],
            start_month=["2025-05", "2025-03", "2025-04", "2025-01", "2025-01"],
            name=["甲", "甲", "甲", None, "甲"],
            trigger=["因", "由", None, "专项部署", None],
            problem=[None, None, None, None, "no_bridge"],
        )
    )
    assert ["甲", "专项部署"] == [each.name for each in found]
    assert {"A": "2025-03", "B": "2025-04"} == found[0].starts.to_dict()
    assert found[0].code != found[1].code


def test_units_above_and_below_an_adopter_and_party_units_are_no_comparison():
    """Their figures hold, or are part of, the adopter's own."""
    (each,) = initiatives(_carriers(admin_unit_id=["A"], start_month=["2025-05"]))
    frame = comparison_frame(each, _figures("K", "up"), KPIS, UNITS)
    assert [("A", 2.0, "2025-05"), ("B", 5.0, None)] == [
        (row.unit, row.y, row.cohort if isinstance(row.cohort, str) else None)
        for row in frame.itertuples()
    ]


def test_figures_are_compared_as_reported_and_bands_by_their_distance():
    """A cost keeps its sign; 5.0 is 1.0 outside a band that ends at 4.0."""
    (each,) = initiatives(_carriers(admin_unit_id=["A"], start_month=["2025-05"]))
    down = comparison_frame(each, _figures("K", "down"), KPIS, UNITS)
    assert [2.0, 5.0] == list(down["y"])
    (banded,) = initiatives(_carriers(admin_unit_id=["A"], start_month=["2025-05"], kpi_id=["W"]))
    assert [0.0, 1.0] == list(comparison_frame(banded, _figures("W", "band"), KPIS, UNITS)["y"])


def test_an_initiative_without_any_figure_is_thin():
    """No row to compare is 数据不足, no error."""
    (each,) = initiatives(_carriers(admin_unit_id=["A"], start_month=["2025-05"]))
    frame = comparison_frame(each, _figures("other", "up"), KPIS, UNITS)
    assert THIN == assess(frame).state


def test_colours_follow_the_better_direction():
    """Before adoption and around 0 nothing is good or bad."""
    assert BEFORE == kind_of(-1, 1.0, 2.0, more_is_better=True)
    assert FAINT == kind_of(0, -1.0, 2.0, more_is_better=True)
    assert FAINT == kind_of(0, float("nan"), float("nan"), more_is_better=True)
    assert BETTER == kind_of(0, 1.0, 2.0, more_is_better=True)
    assert WORSE == kind_of(0, 1.0, 2.0, more_is_better=False)
    assert BETTER == kind_of(3, -2.0, -1.0, more_is_better=False)


def test_differences_are_written_with_sign_and_unit():
    """Percentages differ by 个百分点, money is in 万元, an interval names its unit once."""
    assert "−3.5个百分点" == signed(-3.5, "%")
    assert "+1.2万元" == signed(1.2, "万元")
    assert "0.0034次" == size(0.0034, "次")
    assert "−1.2 至 +3分" == span(-1.2, 3.0, "分")
    assert "—" == span(float("nan"), 3.0, "分")
