"""Files of a group whose units are renamed, merged, split and moved, as its analyst would hand in.

Figures are whole numbers that the new units take over without loss, so that the parent's sums are
known by hand: see ``TOTAL``. Each file is CSV text; ``frame`` gives it typed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from pipelines.domain.months import month_range

FIRST, LAST = "2025-06", "2026-10"
BEFORE, AFTER = month_range(FIRST, "2026-06"), month_range("2026-07", LAST)
TOTAL = 1000  # 万元 a month of all reporting units, before and after
ROSTER_HEADER = (
    "组织代码",
    "单位名称",
    "简称",
    "上级代码",
    "类别",
    "成立日期",
    "撤销日期",
    "前身代码",
)
BRIDGE_HEADER = ("党支部代码", "部门代码", "占比", "生效日期", "失效日期")
VALUES_HEADER = ("单位", "月份", "指标", "实际", "目标", "计量单位")
LOG_HEADER = ("记录编号", "所在党支部", "会议类型", "会议名称", "开始时间", "实到人数", "学时")
DEFINITIONS_HEADER = ("指标代码", "指标名称", "计量单位", "方向", "汇总方式", "生效日期")
SINCE, ENDED, BEGUN = "2020-01-01", "2026-06-30", "2026-07-01"
ADMIN, PARTY = "行政单位", "党组织"
INCOME = {  # 万元 a month by unit
    "第一分厂": 150, "智造分厂": 150, "二分厂": 100, "三分厂": 60, "精工分厂": 160,
    "动力公司": 290, "热力公司": 170, "电力公司": 120, "检修公司": 400,
}  # fmt: skip
HELD = {"一支部": 2, "二支部": 2, "三支部": 1, "精工支部": 3, "动力支部": 5, "热力支部": 5,
        "电力支部": 2, "检修支部": 4}  # fmt: skip  # meetings a month
HELD_TOTAL = 14  # meetings a month of all branches before, 16 after
FIELDS = {
    "units": ("unit_id", "unit_name", "aliases", "parent_id", "tree", "valid_from", "valid_to",
              "predecessor_ids"),
    "unit_bridge": ("party_unit_id", "admin_unit_id", "share", "valid_from", "valid_to"),
    "kpi_values": ("unit", "month", "kpi", "actual", "target", "unit_of_measure"),
    "kpi_definitions": (
        "kpi_id", "name", "unit_of_measure", "direction", "aggregation", "valid_from",
    ),
    "activities": (
        "record_id", "unit", "activity_type", "title", "start_at", "present_count",
        "training_hours",
    ),
}  # fmt: skip
CODES = {ADMIN: "admin", PARTY: "party", "越高越好": "up", "求和": "sum", "平均": "mean"}
OLD = ("第一分厂", "二分厂", "三分厂", "动力公司", "检修公司")
NEW = ("智造分厂", "精工分厂", "热力公司", "电力公司", "检修公司")


def _text(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue()


def frame(dataset: str, text: str) -> pd.DataFrame:
    """A file of this module as intake would type it."""
    _, *rows = csv.reader(io.StringIO(text))
    typed = [
        {n: _typed(n, cell) for n, cell in zip(FIELDS[dataset], row, strict=True)} for row in rows
    ]
    return pd.DataFrame(typed)


def _typed(name: str, cell: str) -> object:
    if not cell:
        return None
    if name.startswith("valid_"):
        return date.fromisoformat(cell)
    if name == "start_at":
        return datetime.fromisoformat(cell)
    if name == "share":
        return float(cell.removesuffix("%")) / 100
    if name in ("actual", "target", "present_count", "training_hours"):
        return float(cell)
    return CODES.get(cell, cell)


def roster() -> str:
    """Both trees as they were handed in at first."""
    rows = [
        ("00", "江东集团", "", "", ADMIN), ("10", "制造事业部", "", "00", ADMIN),
        ("20", "能源事业部", "", "00", ADMIN), ("30", "服务事业部", "", "00", ADMIN),
        ("101", "第一分厂", "一分厂", "10", ADMIN), ("102", "二分厂", "", "10", ADMIN),
        ("103", "三分厂", "", "10", ADMIN), ("104", "动力公司", "", "20", ADMIN),
        ("105", "检修公司", "", "30", ADMIN),
        ("Z00", "江东集团党委", "", "", PARTY), ("Z10", "制造党总支", "", "Z00", PARTY),
        ("Z20", "能源党总支", "", "Z00", PARTY), ("Z30", "服务党总支", "", "Z00", PARTY),
        ("Z101", "一支部", "", "Z10", PARTY), ("Z102", "二支部", "", "Z10", PARTY),
        ("Z103", "三支部", "", "Z10", PARTY), ("Z104", "动力支部", "", "Z20", PARTY),
        ("Z105", "检修支部", "", "Z30", PARTY),
    ]  # fmt: skip
    return _text(ROSTER_HEADER, [(*row, SINCE, "", "") for row in rows])


def changed_roster() -> str:
    """第一分厂 renamed in mid-month, 二 and 三分厂 merged, 动力公司 split, 检修公司 moved."""
    rows = [
        ("101", "第一分厂", "一分厂", "10", ADMIN, SINCE, "2026-05-15"),
        ("101", "智造分厂", "第一分厂", "10", ADMIN, "2026-05-16", ""),
        ("102", "二分厂", "", "10", ADMIN, SINCE, ENDED),
        ("103", "三分厂", "", "10", ADMIN, SINCE, ENDED),
        ("110", "精工分厂", "", "10", ADMIN, BEGUN, ""),
        ("104", "动力公司", "", "20", ADMIN, SINCE, ENDED),
        ("141", "热力公司", "", "20", ADMIN, BEGUN, ""),
        ("142", "电力公司", "", "20", ADMIN, BEGUN, ""),
        ("105", "检修公司", "", "30", ADMIN, SINCE, ENDED),
        ("105", "检修公司", "", "20", ADMIN, BEGUN, ""),
        ("Z102", "二支部", "", "Z10", PARTY, SINCE, ENDED),
        ("Z103", "三支部", "", "Z10", PARTY, SINCE, ENDED),
        ("Z110", "精工支部", "", "Z10", PARTY, BEGUN, ""),
        ("Z104", "动力支部", "", "Z20", PARTY, SINCE, ENDED),
        ("Z141", "热力支部", "", "Z20", PARTY, BEGUN, ""),
        ("Z142", "电力支部", "", "Z20", PARTY, BEGUN, ""),
        ("Z105", "检修支部", "", "Z30", PARTY, SINCE, ENDED),
        ("Z105", "检修支部", "", "Z20", PARTY, BEGUN, ""),
    ]
    came = {"110": "102、103", "141": "104", "142": "104", "Z110": "Z102、Z103",
            "Z141": "Z104", "Z142": "Z104"}  # fmt: skip
    return _text(ROSTER_HEADER, [(*row, came.get(row[0], "")) for row in rows])


def bridge() -> str:
    """Every branch with its unit."""
    pairs = [(f"Z{code}", code, "100%", SINCE, "") for code in ("101", "102", "103", "104", "105")]
    return _text(BRIDGE_HEADER, pairs)


def changed_bridge() -> str:
    """The new branches at the same date; 热力支部 gives a fifth to 电力公司."""
    ended = [(f"Z{code}", code, "100%", SINCE, ENDED) for code in ("102", "103", "104")]
    begun = [
        ("Z110", "110", "100%", BEGUN, ""),
        ("Z141", "141", "80%", BEGUN, ""), ("Z141", "142", "20%", BEGUN, ""),
        ("Z142", "142", "100%", BEGUN, ""),
    ]  # fmt: skip
    return _text(BRIDGE_HEADER, [*ended, *begun])


def definitions() -> str:
    """Two KPIs: one that adds up, one that does not."""
    rows = [
        ("K01", "营业收入", "万元", "越高越好", "求和", SINCE),
        ("K02", "客户满意度", "分", "越高越好", "平均", SINCE),
    ]
    return _text(DEFINITIONS_HEADER, rows)


def values(months: Sequence[str], units: Sequence[str]) -> str:
    """营业收入 and 客户满意度 of ``units``, and 营业收入 of the 事业部 above them."""
    rows = []
    for month in months:
        rows += [(u, month, "营业收入", INCOME[u], INCOME[u] + 10, "万元") for u in units]
        rows += [(u, month, "客户满意度", 90, 88, "分") for u in units]
        above = (310, 290, 400) if month <= "2026-06" else (310, 690, None)
        for name, sum_ in zip(("制造事业部", "能源事业部", "服务事业部"), above, strict=True):
            if sum_ is not None:
                rows.append((name, month, "营业收入", sum_, sum_ + 10, "万元"))
    return _text(VALUES_HEADER, rows)


def log(months: Sequence[str]) -> str:
    """Meetings of the branches that there were in ``months``."""
    gone, come = ("二支部", "三支部", "动力支部"), ("精工支部", "热力支部", "电力支部")
    rows = []
    for month in months:
        there = [each for each in HELD if each not in (come if month <= "2026-06" else gone)]
        for branch in there:
            for n in range(HELD[branch]):
                day = f"{month}-{3 + 4 * n:02d} 09:00"
                rows.append((f"{branch}{month}{n}", branch, "党课", f"党课第{n + 1}讲", day, 12, 2))
    return _text(LOG_HEADER, rows)
