"""Small files as a person would make them, and the examples with what they must give."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from playwright.sync_api import FilePayload

from tests.paths import EXAMPLES

ROSTER = EXAMPLES / "单位名册.csv"
DEFINITIONS_HEADER = ("指标代码", "指标名称", "计量单位", "方向", "汇总方式", "生效日期")
VALUES_HEADER = ("单位", "月份", "指标", "实际", "目标")


def table(*rows: Sequence[object]) -> str:
    """Rows as CSV text."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def payload(name: str, text: str, encoding: str = "gb18030") -> FilePayload:
    """A file that exists only in the browser."""
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode(encoding)}


def definitions(kpi_id: str, name: str, unit: str) -> str:
    """A KPI dictionary of one KPI."""
    row = (kpi_id, name, unit, "越高越好", "求和", "2020-01-01")
    return table(DEFINITIONS_HEADER, row)


def values(kpi: str, month: str, *figures: tuple[str, float, float]) -> str:
    """A monthly report: (unit, actual, target) of one KPI in one month."""
    rows = [(unit, month, kpi, actual, target) for unit, actual, target in figures]
    return table(VALUES_HEADER, *rows)


def expected(name: str) -> dict:
    """What the example ``name`` must give."""
    return json.loads((EXAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
