"""Any long table written wide, with what prints add to it, is planned back to the same points."""

import csv as text_csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import FileRefused
from pipelines.intake.layout.table import read_rows
from tests.unit.layouts import layout_of, workbook

UNITS = ("第一采油厂", "物资供应公司", "合计划部", "统计中心", "甲厂")
KPIS = ("营业收入", "利润总额", "设备完好率")
PERIODS = {
    "1月": "2026-01",
    "2月份": "2026-02",
    "2026年3月": "2026-03",
    "1-2月": "2026-01..2026-02",
    "一季度": "2026-01..2026-03",
    "上半年": "2026-01..2026-06",
}
FIGURES = {"计划": "target", "实际": "actual"}
ORNAMENTS = ("title", "unit_line", "serial", "spacer", "subtotal", "footnote", "signature", "pages")


def some(values):
    """One to three of ``values``."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


@st.composite
def wide_tables(draw):
    """A file of rows, its merges, and the points (unit, KPI, period, field) → cell it holds."""
    units, kpis = draw(some(UNITS)), draw(some(KPIS))
    periods = draw(some(list(PERIODS)))
    figures = draw(st.sampled_from([("实际",), ("计划", "实际")]))
    topics = draw(st.sampled_from(["column", "group"]))
    ornaments = draw(st.sets(st.sampled_from(ORNAMENTS))) | {"title"}
    points, body = {}, []
    groups = [
        (k, p, f) for k in (kpis if topics == "group" else [""]) for p in periods for f in figures
    ]
    for unit in units:
        for number, kpi in enumerate(kpis if topics == "column" else [""]):
            cells = []
            for group, period, figure in groups:
                value = str(draw(st.integers(0, 999)) + 0.5)
                points[unit, kpi or group, PERIODS[period], FIGURES[figure]] = value
                cells.append(value)
            body.append([unit if number == 0 else "", *([kpi] if kpi else []), *cells])
    return dressed(body, groups, topics, ornaments), points


def dressed(body, groups, topics, ornaments):
    """The rows with a header of two or three rows and whatever a print adds."""
    keys = ["单位", "指标"] if topics == "column" else ["单位"]
    levels = [[kpi for kpi, _, _ in groups]] if topics == "group" else []
    levels.append([period for _, period, _ in groups])
    if len({figure for *_, figure in groups}) > 1:
        levels.append([figure for *_, figure in groups])
    header = []
    for depth, level in enumerate(levels):
        last = depth == len(levels) - 1
        above = list(zip(*levels[: depth + 1], strict=True))
        shown = [
            text if last or i == 0 or above[i] != above[i - 1] else ""
            for i, text in enumerate(level)
        ]
        header.append((keys if depth == 0 else [""] * len(keys)) + shown)
    total = ["小计", *[""] * (len(keys) - 1), *["9"] * len(groups)]
    pages = [body, body[:0]] if "pages" not in ornaments else [body[:1], body[1:]]
    rows = [*header, *pages[0]]
    if "pages" in ornaments:
        rows += [*header, *pages[1]]
    if "subtotal" in ornaments:
        rows.append(total)
    if "spacer" in ornaments:
        rows = [[*row[: len(keys)], "", *row[len(keys) :]] for row in rows]
    if "serial" in ornaments:
        rows = [["序号" if row[0] == "单位" else "", *row] for row in rows]
    lead = [["2026年主要指标情况"]]
    if "unit_line" in ornaments:
        lead.append(["填报单位（盖章）：", "", "单位：万元、%"])
    rows = [*lead, *rows]
    if "footnote" in ornaments:
        rows += [["注：快报数"], ["2.以年报为准"]]
    if "signature" in ornaments:
        rows.append(["负责人：", "", "填表人："])
    return rows


def points_of(layout):
    """(unit, KPI, period, field) → cell of all tables of a layout."""
    found = {}
    for plan in layout.tables:
        index = {each.field: each.index for each in plan.columns if not each.period}
        for row in (row for _, row, reason in read_rows(plan) if reason is None):
            for column in plan.columns:
                if column.period and column.field:
                    kpi = column.topic or row[index["kpi"]]
                    key = (row[index["unit"]], kpi, column.period, column.field)
                    found[key] = str(row[column.index])
    return found


def as_text(rows) -> bytes:
    """Rows as a CSV file of equal width."""
    target = io.StringIO()
    width = max(map(len, rows))
    text_csv.writer(target).writerows([*row, *[""] * (width - len(row))] for row in rows)
    return target.getvalue().encode("gb18030")


@settings(max_examples=300, deadline=None)
@given(wide_tables())
def test_a_wide_text_comes_back_as_the_same_points(table):
    """Months side by side, with or without groups, in a text file."""
    rows, points = table
    assert points == points_of(layout_of(as_text(rows), name="报表.csv"))


@settings(max_examples=60, deadline=None)
@given(wide_tables())
def test_a_wide_workbook_comes_back_as_the_same_points(table):
    """The same in a workbook without merges."""
    rows, points = table
    data = workbook(Sheet1={"rows": [[each or None for each in row] for row in rows]})
    assert points == points_of(layout_of(data, name="报表.xlsx"))


WORDS = [
    "单位",
    "指标",
    "月份",
    "计划",
    "实际",
    "本月",
    "累计",
    "1—3月累计",
    "1月",
    "8-3月",
    "13月",
    "2026年",
    "2026.1",
    "营业收入",
    "甲厂",
    "1",
    "2.5",
    "小计",
    "注：",
    "单位：万元",
    "2026年3月",
    "—",
    "序号",
    "备注",
    "活动类型",
    "党组织",
    "（万元）",
    "其中：",
    "一、",
    "第1页",
    "全年",
    "年度",
    "202613",
    "编号",
    "同比",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["", *WORDS]), max_size=6), min_size=1, max_size=12))
def test_any_grid_is_planned_or_refused(rows):
    """No row is read twice or as two things, and nothing but a refusal stops the planning."""
    try:
        layout = layout_of(as_text([["x"], *rows]))
    except FileRefused:
        return
    places = [position for plan in layout.tables for position, _, _ in read_rows(plan)]
    assert len(places) == len(set(places))
