"""The part of the report on pages, queries and the search for near-duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median, quantiles

from benchmarks.results import PageTimes, Report, Timing
from benchmarks.tables import MIB, STATES, table

PAGES = """## 页面重跑（{size}）

用 Streamlit 的 AppTest 在同一进程里重跑页面脚本：包含查询、计算、生成图表规格，
**不含**网络传输和浏览器绘制。“首次”为这个会话第一次打开；其后一次预热不计，再测 {count} 次。
页面要用的分析先算完并保留（{waited}），不计在内。测量时系统平均负载 {load:.1f}。
内存峰值：{peaks}。
"""

QUERIES = """## 登记的查询（{size}）

每个查询取回全部结果为 DataFrame，预热一次后测 {count} 次，不经页面缓存。
"""

SPREAD = ("p50（毫秒）", "p95（毫秒）", "CPU p50（毫秒）")

NEAR = """## 雷同检索

- {small:,} 条：同频 {ours:.2f} 秒；写起来最直接的做法（pandas 分组，组内 180 天逐对比较）
  {loop:.1f} 秒，为同频的 {ratio:.0f} 倍。找到 {found:,} 条；逐对比较找到 {loop_found:,} 条，
  其中 {both_found:,} 条相同（同频只与前 50 条同类记录逐字比较，只差数字的不受此限）。
- {large:,} 条：同频 {seconds:.1f} 秒，找到 {large_found:,} 条，内存峰值 {peak:,.0f} MB，
  其中 {made:,.0f} MB 是生成数据时就有的。
"""


def p95(seconds: Iterable[float]) -> float:
    """The 95th percentile, between the measured values."""
    return quantiles(seconds, n=20, method="inclusive")[-1]


def pages(report: Report) -> list[str]:
    """Pages and queries of every size on which they were measured."""
    return [part(each) for each in report.pages for part in (_pages, _queries)]


def near(report: Report) -> str:
    """The search for near-duplicates, or nothing when it was not measured."""
    if report.near is None:
        return ""
    cost = report.near.cost
    if cost is None:
        return f"## 雷同检索\n\n{STATES[report.near.state]}。\n"
    counts, seconds = cost.rows, cost.stages
    return NEAR.format(
        **{name: counts[name] for name in ("small", "found", "loop_found", "both_found")},
        **{name: counts[name] for name in ("large", "large_found")},
        ours=seconds["ours"],
        loop=seconds["loop"],
        ratio=seconds["loop"] / seconds["ours"],
        seconds=seconds["large"],
        peak=counts["large_bytes"] / MIB,
        made=counts["made_bytes"] / MIB,
    )


def _pages(found: PageTimes) -> str:
    rows = [
        [f"{each.name}（{each.what}）", _ms(each.first or 0.0), *_spread(each)]
        for each in found.pages
    ]
    waited = "、".join(f"{page}等了 {taken:.0f} 秒" for page, taken in found.analyses.items())
    head = PAGES.format(
        size=found.size,
        count=len(found.pages[0].seconds),
        waited=waited or "没有等待",
        load=found.load,
        peaks="，".join(f"{name} {size / MIB:,.0f} MB" for name, size in found.peak_bytes.items()),
    )
    return f"{head}\n{table(('页面', '首次（毫秒）', *SPREAD), rows)}"


def _queries(found: PageTimes) -> str:
    rows = [[f"{each.name}（{each.what}）", *_spread(each)] for each in found.queries]
    head = QUERIES.format(size=found.size, count=len(found.queries[0].seconds))
    return f"{head}\n{table(('查询', *SPREAD), rows)}"


def _spread(timing: Timing) -> list[str]:
    return [
        _ms(median(timing.seconds)),
        _ms(p95(timing.seconds)),
        _ms(median(timing.cpu_seconds)),
    ]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}"
