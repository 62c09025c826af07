"""Every shape that a table of business figures comes in, drawn at random."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from hypothesis import strategies as st

from tests.unit.written import (
    FIGURES,
    KPIS,
    LABELS,
    UNITS,
    Draw,
    Stretch,
    Written,
    amounts,
    apart,
    record,
    spelled,
    stretches,
)

_NOTES = (
    ["注：1. 数据为快报数。"],
    ["说明：完成率按累计数计算"],
    ["单位负责人：", "", "填表："],
    ["填报日期：2026年4月5日"],
    ["第1页 共3页"],
)
_figures = st.one_of(st.none(), amounts, amounts, amounts)


def some_units(draw: Draw) -> list[str]:
    return draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=4, unique=True))


def some_kpis(draw: Draw) -> list[str]:
    return draw(st.lists(st.sampled_from(list(KPIS)), min_size=1, max_size=3, unique=True))


def _framed(draw: Draw, table: Written, title: str | None, unit_line: str | None) -> Written:
    """Title and unit line above, notes and signatures below."""
    framed = Written(records=table.records)
    if title is not None:
        framed.rows.append([title])
        framed.merge(0, 0, 0, max(map(len, table.rows)) - 1)
    if unit_line is not None:
        framed.rows.append(["", "", unit_line] if draw(st.booleans()) else [unit_line])
    if framed.rows and draw(st.booleans()):
        framed.rows.append([])
    down = len(framed.rows)
    framed.rows += table.rows
    framed.merges += [(t + down, left, b + down, right) for t, left, b, right in table.merges]
    framed.rows += draw(st.lists(st.sampled_from(_NOTES), max_size=2, unique_by=lambda x: x[0]))
    return framed


def _spaced(draw: Draw, table: Written) -> Written:
    """Perhaps a blank column in the middle."""
    if not draw(st.booleans()):
        return table
    width = max(map(len, table.rows))
    across = [(left, right) for t, left, b, right in table.merges if right > left]
    places = [c for c in range(1, width + 1) if not any(a < c <= b for a, b in across)]
    at = draw(st.sampled_from(places))
    rows = [[*row[:at], "", *row[at:]] if len(row) >= at else row for row in table.rows]
    moved = [(t, a + (a >= at), b, z + (z >= at)) for t, a, b, z in table.merges]
    return Written(rows=rows, merges=moved, records=table.records)


def _body(
    draw: Draw, table: Written, lines: list[tuple[str, list[object]]], header: int, *, book: bool
) -> None:
    """Rows below the header: a unit, then the rest of its row; sums and headers in between."""
    stacked = draw(st.booleans())
    sums = draw(st.booleans())
    pages = draw(st.booleans())
    merged = stacked and book and draw(st.booleans())
    head = table.rows[:header]
    groups: dict[str, list[list[object]]] = {}
    for unit, rest in lines:
        groups.setdefault(unit, []).append(rest)
    for number, (unit, rests) in enumerate(groups.items()):
        top = len(table.rows)
        for place, rest in enumerate(rests):
            table.rows.append([unit if place == 0 or not stacked else "", *rest])
        if merged:
            table.merge(top, 0, len(table.rows) - 1, 0)
        if sums:
            table.rows.append(["小计", *_sums(rests)])
        if pages and number == 0 and len(groups) > 1:
            table.rows += [list(row) for row in head]
    if draw(st.booleans()):
        table.rows.append([draw(st.sampled_from(["合计", "总计：", "合 计"])), *_sums([])])
    if draw(st.booleans()):
        table.rows.append(["其中：本部", *_sums([])])


def _sums(rests: list[list[object]]) -> list[object]:
    return [*[""] * (len(rests[0]) - 1 if rests else 1), 12345]


@st.composite
def long(draw: Draw, *, book: bool) -> Written:
    """A row a record: unit, period, KPI and figures, its unit of measure said in any way."""
    said = draw(st.sampled_from(["column", "header", "line", "cell", "nowhere"]))
    kpis = {
        "header": ["营业收入", "利润总额"], "line": ["营业收入", "利润总额", "设备完好率"],
    }.get(said) or some_kpis(draw)  # fmt: skip
    shown = draw(st.lists(st.sampled_from(FIGURES), min_size=1, max_size=4, unique=True))
    keys = draw(st.permutations(["month", "kpi", *(["measure"] if said == "column" else [])]))
    labels = {
        "month": draw(st.sampled_from(["月份", "统计月份", "报告期", "期间"])),
        "kpi": draw(st.sampled_from(["指标", "指标名称", "考核指标"])),
        "measure": draw(st.sampled_from(["计量单位", "指标单位"])),
    }
    bracket = draw(st.sampled_from(["（万元）", "(万元)", "（单位：万元）"]))
    ends = bracket if said == "header" else ""
    unit = draw(st.sampled_from(["单位", "单位名称", "填报单位", "责任单位"]))
    table = Written(
        rows=[[unit, *(labels[key] for key in keys), *(LABELS[f] + ends for f in shown)]]
    )
    seen = draw(
        st.lists(
            st.tuples(st.sampled_from(UNITS), stretches, st.sampled_from(kpis)),
            min_size=1,
            max_size=8,
            unique_by=lambda each: (each[0], each[1].key, each[2]),
        )
    )
    lines = []
    for name, stretch, kpi in sorted(seen, key=lambda each: UNITS.index(each[0])):
        own = KPIS[kpi]
        values = {f: draw(_figures) for f in shown}
        measure = {"column": own, "header": "万元", "cell": own}.get(said)
        if said == "line" and own == "万元":
            measure = "万元"
        writes = None if said in ("line", "nowhere") else measure
        cells = {
            f: spelled(draw, v, writes, book=book, column=said == "column")
            for f, v in values.items()
        }
        if said == "cell":
            cells = {f: "" if v is None else f"{v:f}{own}" for f, v in values.items()}
            measure = own if any(v is not None for v in values.values()) else None
        key_cells = {"month": draw(st.sampled_from(stretch.texts())), "kpi": kpi, "measure": own}
        lines.append((name, [*(key_cells[key] for key in keys), *(cells[f] for f in shown)]))
        table.records.append(record(name, *stretch.key, kpi, measure, **values))
    _body(draw, table, lines, 1, book=book)
    title = draw(st.sampled_from([None, "主要指标完成情况", "某公司 2025 年情况表"]))
    line = draw(st.sampled_from(["单位：万元", "金额单位：万元"])) if said == "line" else None
    return _framed(draw, _spaced(draw, table), title, line)


@st.composite
def wide(draw: Draw, *, book: bool) -> Written:
    """Periods side by side: below one KPI or several, or with a KPI column."""
    periods = apart(draw, 5)
    kpis = some_kpis(draw)
    grouped = draw(st.booleans())
    where = draw(st.sampled_from(["header", "title", "group"]))
    spelled_periods = [_period_header(draw, each, where, book) for each in periods]
    table = Written()
    if grouped:
        named = [f"{kpi}（{KPIS[kpi]}）" for kpi in kpis]
        table.rows = [["单位"], [""]]
        for name in named:
            left = len(table.rows[0])
            table.rows[0] += [name, *[""] * (len(periods) - 1)]
            table.rows[1] += spelled_periods
            table.merge(0, left, 0, left + len(periods) - 1)
        table.merge(0, 0, 1, 0)
    else:
        keys = ["单位", "指标", "计量单位"]
        if where == "group":
            table.rows = [[*keys, f"{periods[0].year}年", *[""] * (len(periods) - 1)]]
            table.rows += [["", "", "", *spelled_periods]]
            table.merge(0, 3, 0, 2 + len(periods))
            for column in range(3):
                table.merge(0, column, 1, column)
        else:
            table.rows = [[*keys, *spelled_periods]]
    header = len(table.rows)
    lines = []
    for unit in some_units(draw):
        for each in [None] if grouped else kpis:
            rest = [] if grouped else [each, KPIS[str(each)]]
            for kpi in kpis if grouped else [each]:
                for period in periods:
                    value = draw(_figures)
                    rest.append("" if value is None else spelled(draw, value, KPIS[kpi], book=book))
                    if value is not None:
                        table.records.append(
                            record(unit, *period.key, kpi, KPIS[kpi], actual=value)
                        )
            lines.append((unit, rest))
    _body(draw, table, lines, header, book=book)
    year = periods[0].year
    needs_year = where == "title" or (where == "group" and grouped)
    title = f"{year}年各单位完成情况" if needs_year else draw(st.sampled_from([None, "完成情况"]))
    return _framed(draw, table, title, None)


def _period_header(draw: Draw, stretch: Stretch, where: str, book: bool) -> object:
    if where != "header":
        return draw(st.sampled_from(stretch.bare_texts()))
    if book and stretch.first == stretch.last and draw(st.booleans()):
        return datetime(stretch.year, stretch.last, 1)
    return draw(st.sampled_from([f"{stretch.year}年{each}" for each in stretch.bare_texts()]))


@st.composite
def groups(draw: Draw, *, book: bool) -> Written:
    """The month and the year to date side by side; the month is in the title."""
    year, month = draw(st.integers(2019, 2026)), draw(st.integers(1, 12))
    to_date = draw(st.sampled_from(["累计", "本年累计", f"1—{month}月累计"]))
    top = {"本月": ("target", "actual"), to_date: ("actual",)}
    table = Written(rows=[["单位", "指标", "计量单位"], ["", "", ""]])
    for name, fields in top.items():
        left = len(table.rows[0])
        table.rows[0] += [name, *[""] * (len(fields) - 1)]
        table.rows[1] += [{"target": "计划", "actual": "实际"}[each] for each in fields]
        table.merge(0, left, 0, left + len(fields) - 1)
    for column in range(3):
        table.merge(0, column, 1, column)
    lines = []
    for unit in some_units(draw):
        for kpi in some_kpis(draw):
            values = [draw(_figures) for _ in range(3)]
            cells = [spelled(draw, each, KPIS[kpi], book=book, column=True) for each in values]
            lines.append((unit, [kpi, KPIS[kpi], *cells]))
            named = dict(zip(("target", "actual", "ytd_actual"), values, strict=True))
            at = (f"{year}-{month:02d}", 1)
            table.records.append(record(unit, *at, kpi, KPIS[kpi], **named))
    _body(draw, table, lines, 2, book=book)
    return _framed(draw, table, f"{year}年{month}月主要指标完成情况", None)


@st.composite
def topics(draw: Draw, *, book: bool) -> Written:
    """KPIs side by side, a row a unit and period."""
    kpis = draw(st.lists(st.sampled_from(list(KPIS)), min_size=2, max_size=4, unique=True))
    table = Written(rows=[["单位", "月份", *(f"{each}（{KPIS[each]}）" for each in kpis)]])
    seen = draw(
        st.lists(
            st.tuples(st.sampled_from(UNITS), stretches),
            min_size=1,
            max_size=5,
            unique_by=lambda each: (each[0], each[1].key),
        )
    )
    lines = []
    for unit, stretch in sorted(seen, key=lambda each: UNITS.index(each[0])):
        rest: list[object] = [draw(st.sampled_from(stretch.texts()))]
        for kpi in kpis:
            value: Decimal | None = draw(_figures)
            rest.append("" if value is None else spelled(draw, value, KPIS[kpi], book=book))
            if value is not None:
                table.records.append(record(unit, *stretch.key, kpi, KPIS[kpi], actual=value))
        lines.append((unit, rest))
    _body(draw, table, lines, 1, book=book)
    return _framed(draw, _spaced(draw, table), draw(st.sampled_from([None, "情况表"])), None)


SHAPES = {"long": long, "wide": wide, "groups": groups, "topics": topics}
