"""An organisation whose every name tries to be more than a name."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FilePayload

from pipelines.domain.months import month_range
from tests.browser.files import DEFINITIONS_HEADER, VALUES_HEADER, payload, table

NAMES = (
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/x.png)",
    "3*4*5",
    "=cmd|' /C calc'!A0",
    ":smile:",
    "$\\alpha$",
    "[点我](javascript:alert(1))",
    "</style><script>alert(1)</script>",
    "**粗**_斜_~~删~~",
    ":material/home:",
    "http://evil.example/y.png",
    "`代码` & &lt;b&gt; -> <-",
)
FORMULA = NAMES[3]
MONTHS = month_range("2024-11", "2026-10")
KPI_IDS = [f"K{at:02d}" for at in range(1, 5)]
# As names of KPIs, too: what Markdown, HTML and Vega would each take for their own.
KPI_NAMES = tuple(f"{name} 指标" for name in (NAMES[0], NAMES[1], NAMES[2], NAMES[5]))
UNIT_OF_MEASURE = "*件*"
FILE_NAME = "![x](evil)_:smile:_3*4*5.csv"


@dataclass(frozen=True, kw_only=True)
class HostileFile:
    """A file and the rows that can be stored from it."""

    file: FilePayload
    rows: int


def files() -> list[HostileFile]:
    """Roster, bridge, KPI dictionary, monthly report and activity log, in the order to confirm."""
    return [
        _file("单位名册.csv", _roster()),
        _file("组织对照.csv", _bridge()),
        _file("指标库.csv", _definitions()),
        _file(FILE_NAME, _values()),
        _file("台账.csv", _activities()),
    ]


def unknown() -> FilePayload:
    """Twelve figures that are names, which must be corrected, and twelve for units nobody knows."""
    rows = [(name, "2026-10", KPI_NAMES[2], name, 100) for name in NAMES]
    rows += [(f"{name}厂", "2026-10", KPI_NAMES[2], 90, 100) for name in NAMES]
    return payload("未知单位.csv", table(VALUES_HEADER, *rows), "utf-8")


def _file(name: str, rows: list[tuple[object, ...]]) -> HostileFile:
    return HostileFile(file=payload(name, table(*rows), "utf-8"), rows=len(rows) - 1)


def _roster() -> list[tuple[object, ...]]:
    head = ("组织代码", "单位名称", "类别", "成立日期")
    admin = [(f"A{at}", name, "行政单位", "2020-01-01") for at, name in enumerate(NAMES)]
    party = [(f"P{at}", f"{name}党支部", "党组织", "2020-01-01") for at, name in enumerate(NAMES)]
    return [head, *admin, *party]


def _bridge() -> list[tuple[object, ...]]:
    head = ("党组织代码", "行政单位代码", "份额", "生效日期")
    return [head, *((f"P{at}", f"A{at}", 1, "2020-01-01") for at in range(len(NAMES)))]


def _definitions() -> list[tuple[object, ...]]:
    rows = [
        (kpi_id, name, UNIT_OF_MEASURE, "越高越好", "求和", "2020-01-01")
        for kpi_id, name in zip(KPI_IDS, KPI_NAMES, strict=True)
    ]
    return [DEFINITIONS_HEADER, *rows]


def _values() -> list[tuple[object, ...]]:
    rows = [
        (unit, month, kpi, 60 + (7 * at + 11 * when + 5 * which) % 50, 100)
        for at, unit in enumerate(NAMES)
        for when, month in enumerate(MONTHS)
        for which, kpi in enumerate(KPI_NAMES)
    ]
    return [VALUES_HEADER, *rows]


def _activities() -> list[tuple[object, ...]]:
    head = ("表单编号", "党组织", "活动类型", "活动名称", "开始时间", "登记时间", "应到人数")
    # Counts that do not come back within the lags: a map of associations needs them apart.
    rows = [
        (f"R{at}-{day}", f"P{at}", kind, name, f"{day} 09:00", f"{day} 18:00", 9)
        for at, name in enumerate(NAMES)
        for when, month in enumerate(MONTHS)
        for n in range(1 + (at * at * 3 + when**3 + at * when) % 11 % 4)
        for kind in (("主题党日", "党课")[(at * when + n) % 2],)
        for day in (f"{month}-1{n}",)
    ]
    return [head, *rows]
