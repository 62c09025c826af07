"""Every KPI card of the demo month: the rows behind it recompute to the figure it shows."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.components.kpi_cards import short_unit
from dashboard.components.lineage import lineage_table
from dashboard.format import number_with_unit
from pipelines import queries
from tests.app.conftest import _show

MONTH = "2026-10"
CARDS = [f"YW{at:02d}" for at in range(1, 13)]  # YW13 is the placebo and has no card


@pytest.fixture(scope="module")
def shown(demo_settings):
    """Figure by name as the cards show it, the rows of 从哪来 by KPI, and the definitions."""
    from streamlit.testing.v1 import AppTest

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(demo_settings.store_root))
        page = AppTest.from_function(_show, args=("overview",), default_timeout=120).run()
    assert list(page.exception) == []
    mart = queries.open_mart(demo_settings)
    tables = {
        kpi: lineage_table(queries.run(mart, "kpi_rows", month=MONTH, kpi_id=kpi, unit_id=None))
        for kpi in CARDS
    }
    kpis = queries.run(mart, "kpis").set_index("kpi_id")
    mart.close()
    cards = {each.label: each.value.replace("\\", "") for each in page.metric}
    keys = {each.key for each in page.button if str(each.key).startswith("lineage_")}
    assert {f"lineage_{kpi}" for kpi in CARDS} == keys
    return cards, tables, kpis


def _recomputed(rows: pd.DataFrame, aggregation: str) -> float:
    """Plain Python over the rows marked as counted, after the definition of the KPI."""
    figures = [
        float(row["实际"]) for _, row in rows.iterrows() if str(row["计入汇总"]).startswith("●")
    ]
    return sum(figures) / (len(figures) if aggregation == "mean" else 1)


@pytest.mark.parametrize("kpi", CARDS)
def test_the_rows_of_a_card_give_its_figure(shown, kpi):
    """Sum or mean of the counted rows, in the card's own unit and rounding, is what it says."""
    cards, tables, kpis = shown
    of = kpis.loc[kpi]
    figure = _recomputed(tables[kpi], of["aggregation"])
    assert number_with_unit(figure, short_unit(of["unit_of_measure"])) == cards[of["kpi_name"]]
