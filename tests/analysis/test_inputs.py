"""KPIs are signed so that more is better before anything is compared."""

from __future__ import annotations

import pandas as pd

from pipelines.analysis.inputs import activity_values, signed_kpis
from pipelines.associations import longest_stretches, within
from pipelines.domain.months import month_range

DEFINITIONS = pd.DataFrame(
    {
        "kpi_id": ["up", "down", "band", "loose"],
        "band_low": [None, None, 25.0, None],
        "band_high": [None, None, 35.0, None],
    }
)


def _signed(kpi, direction, *actuals):
    figures = pd.DataFrame(
        {
            "unit_id": "u",
            "kpi_id": kpi,
            "month": [f"2026-{i + 1:02d}" for i in range(len(actuals))],
            "actual": actuals,
            "direction": direction,
        }
    )
    return signed_kpis(figures, DEFINITIONS)["value"].tolist()


def test_each_direction_is_signed_so_that_more_is_better():
    """up as it is, down negative, band minus the distance to the band."""
    assert _signed("up", "up", 3.0) == [3.0]
    assert _signed("down", "down", 3.0) == [-3.0]
    assert _signed("band", "band", 20.0, 30.0, 38.0) == [-5.0, 0.0, -3.0]


def test_a_band_without_limits_and_an_unknown_direction_stay_out():
    """No definition, no sign: nothing is guessed."""
    assert _signed("loose", "band", 3.0) == []
    assert _signed("up", None, 3.0) == []


def test_activity_frame_keeps_the_share_weighted_count():
    """The value that is analysed is the count that reached the unit."""
    frame = pd.DataFrame(
        {"unit_id": ["u"], "month": ["2026-01"], "activity_type": ["党课"], "activity_count": [1.5]}
    )
    assert activity_values(frame).to_dict("records") == [
        {"unit": "u", "month": "2026-01", "activity_type": "党课", "value": 1.5}
    ]


def test_of_a_unit_whose_extent_changed_the_longest_stretch_is_kept():
    """Two changes: the months between them are most; equal stretches: the later one; a unit without
    a change keeps all its months."""
    months = month_range("2025-01", "2025-12")
    activities = pd.DataFrame(
        [(unit, month, 1.0) for unit in "ABC" for month in months],
        columns=["unit", "month", "value"],
    )
    breaks = pd.DataFrame(
        [("A", "2025-03"), ("A", "2025-10"), ("B", "2025-07")], columns=["unit_id", "month"]
    )
    kept = within(activities, longest_stretches(activities, breaks)).groupby("unit")["month"]
    assert [("2025-03", "2025-09"), ("2025-07", "2025-12"), ("2025-01", "2025-12")] == list(
        zip(kept.min(), kept.max(), strict=True)
    )
    pd.testing.assert_frame_equal(
        activities, within(activities, longest_stretches(activities, breaks.head(0)))
    )
