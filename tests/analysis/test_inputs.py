"""KPIs are signed so that more is better before anything is compared."""

from __future__ import annotations

import pandas as pd

from pipelines.analysis.inputs import activity_values, signed_kpis

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
