"""One form of figures and dates on every page of the demo organisation."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from pandas.io.formats.style import Styler

from dashboard.catalog import entries
from dashboard.server import services as held

PATHS = [each.page.url_path for each in entries()]
COMPUTED = {"association", "quadrant", "initiatives"}  # on a store that has their results
AS_IN_THE_FILE = {"文件", "批次", "行标识", "编号", "记录编号", "标识", "指标代码"}
HYPHEN_FOR_MINUS = re.compile(r"(?<![\w—-])-\d")
OTHER_DATE = re.compile(r"(?<![\w-])\d{4}-\d{2}(-\d{2})?(?![\w-])")


def _tables(shown) -> list[pd.DataFrame]:
    values = [each.value for each in shown.dataframe]
    return [each.data if isinstance(each, Styler) else each for each in values]


def _words(shown) -> list[str]:
    kinds = (shown.title, shown.header, shown.subheader, shown.markdown, shown.caption, shown.info)
    told = [str(each.value).replace("\\", "") for kind in kinds for each in kind]
    return [*told, *(f"{each.value} {each.delta}" for each in shown.metric)]


def _cells(table: pd.DataFrame) -> list[str]:
    names = [name for name in table if name not in AS_IN_THE_FILE]
    return [each for name in names for each in table[name] if isinstance(each, str)]


@pytest.mark.parametrize("url_path", PATHS)
def test_figures_and_dates_have_one_form(url_path, demo_settings, planted, page, monkeypatch):
    """No hyphen for a minus, no 2026-03-05 beside 2026年3月5日, no date left to the browser."""
    if url_path not in COMPUTED:
        monkeypatch.setenv("TONGPIN_STORE", str(demo_settings.store_root))
        held.services()
    shown = page(url_path).run()
    assert list(shown.exception) == []
    tables = _tables(shown)
    dated = [name for each in tables for name in each.select_dtypes("datetime").columns]
    assert [] == dated
    told = [*_words(shown), *(cell for each in tables for cell in _cells(each))]
    assert [] == [each for each in told if HYPHEN_FOR_MINUS.search(each)]
    assert [] == [each for each in told if OTHER_DATE.search(each)]


@pytest.mark.parametrize(
    ("text", "found"), [("达成率 -1.2", True), ("2026-03-05", False), ("K-1", False), ("−1", False)]
)
def test_a_hyphen_for_a_minus_is_seen(text, found):
    """The rule above sees a minus and no date or code."""
    assert found is bool(HYPHEN_FOR_MINUS.search(text))
