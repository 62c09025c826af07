"""The report in Chinese: tables of what was measured, and how to read them."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import median

from benchmarks import page_report
from benchmarks.inputs import TABLES
from benchmarks.machine import described
from benchmarks.rebuild_job import CHANGES
from benchmarks.results import BASELINES, ENGINES, EngineRuns, Report, SizeResult
from benchmarks.tables import MIB, STATES, table

LABELS = {
    "product": "同频：全部的表",
    "tables": "同频：同样的表",
    "pandas": "pandas 脚本",
    "polars": "polars 脚本",
}
SLOWEST = 10
STAGES = {"start": "读 SQL 与排序", "staging": "整理", "model": "对应", "mart": "看板与写盘"}

BETWEEN = "\n<!-- 读入文件 -->\n\n"

HEAD = """# 性能测量

由 `make bench` 写出，请不要手改。{at:%Y-%m-%d %H:%M}，共用时 {minutes:.0f} 分钟。

{machine}
"""

METHOD = """## 测的是什么

- 输入：演示组织的数据经过正式的台账和存储写成已入库的 Parquet，各种做法读**同一批文件**。
  按年份分批入库，最后一个月再报一次作为更正；单位写代码、全称、简称各三分之一，
  部分单位中途更名，部分上级与下级重复报送。大规模由十个代码和名称各不相同的组织拼成；
  重点任务、载体、行政会议、迎检等其他台账只有第一个组织有。没有人工的挂接决定和单位说明。
- 同频：全部的表：正式的 `pipelines.transform.build`，包括全部列（议程等长文本）、来源行号、
  未对应清单、报送、规则、督办、重点任务各表、唯一性检查、写成并发布看板数据文件。
- 同频：同样的表：下面比较的八张表和它们所需的一切，用同样的 SQL、步骤和唯一性检查，
  写成 DuckDB 文件，不发布。**比值只用这一行。** 它所需的中间表含全部列和来源行号，都写盘；
  对照只读用得到的列，中间结果只在内存里，**所以比值对同频仍偏严**。
- pandas、polars：各写成一份脚本，算同样八张表，写成 Parquet：各月两棵组织树的闭包、指标明细、
  达成指数、指标汇总、活动按单位月份类型、挂接建议（含依据）、核对线索（七项检查，含说明文字）、
  融合链的五个度量（活动次数、挂接率两个、薄弱环节覆盖、多动未见变化）。
- 三方共用的库：分词（rjieba）和吻合度打分、雷同的逐对比较（numpy、rapidfuzz）是同一段 Python，
  三方都调用；不同的是怎样取出各不相同的文本、查词、把结果连回每条记录。
- **没有对照的表**：督办和跟踪、重点任务的阶段与同步、规定动作、报送进度、人力与学时、潜绩台账、
  未对应清单，以及其余度量；只在“全部的表”里。它们行数少，或与看板的显示绑在一起。
- 每次都在新进程里做，计时不含启动解释器和导入；内存为该进程常驻内存峰值（VmHWM）。
- “耗时”为多次的中位数，括号内为最小—最大；“CPU”为用户态与内核态秒数之和。
  同一台机器上有别的任务时，平均负载会高于核数，CPU 比耗时可靠，只宜看同一次测量里的比值。
- 上限：每次 {minutes:.0f} 分钟或 {gib:.0f} GB，超过即停止并照实写出。
"""

REBUILDS = """## 改一点之后重新汇总

各项依次做，各一次，每次在上一次发布的看板数据上接着做；改动本身不计时。
S、M 做完再从头重做一次来核对。
没有变的表保留（docs/adr/0007）；逐条活动的表只重做变了的活动，汇总数字的表整张重做（docs/adr/0009）。
占比是对同一次测量里的“全部的表”（改动之前从头做，中位数）。
"""


def write(build: str | None, intake: str | None, path: Path) -> None:
    """Write both parts; one that is None stays as the file has it."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    build_before, _, intake_before = before.partition(BETWEEN)
    parts = [build_before if build is None else build, intake_before if intake is None else intake]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(BETWEEN.join(parts), encoding="utf-8")


def text_of(report: Report) -> str:
    """The whole report."""
    parts = [_head(report), _builds(report), _ratios(report), _growth(report), _stages(report)]
    parts += [_slowest(report), _rebuilds(report), _equality(report)]
    parts += [page_report.near(report), *page_report.pages(report), _method(report)]
    return "\n".join(part for part in parts if part)


def growth_exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """b of seconds ∝ rows^b from two (rows, seconds)."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def _head(report: Report) -> str:
    head = HEAD.format(
        at=report.at, minutes=report.total_seconds / 60, machine=described(report.machine)
    )
    return f"{head}- {report.note}\n" if report.note else head


def _method(report: Report) -> str:
    limits = report.limits
    return METHOD.format(minutes=limits.seconds / 60, gib=limits.bytes / 1024**3)


def _builds(report: Report) -> str:
    rows = [_build_row(size, runs) for size in report.sizes for runs in size.runs]
    sizes = "\n".join(
        f"- {each.size}：{each.label}；指标 {each.rows['kpi_values']:,} 行、"
        f"活动 {each.rows['activities']:,} 行；测量时系统平均负载 {each.load:.1f}"
        for each in report.sizes
    )
    header = ("规模", "做法", "次数", "耗时（秒）", "CPU（秒）", "内存峰值（MB）")
    return f"## 从已入库数据到看板数据\n\n{sizes}\n\n{table(header, rows)}"


def _build_row(size: SizeResult, runs: EngineRuns) -> list[str]:
    start = [size.size, LABELS[runs.engine]]
    last = runs.outcomes[-1]
    if last.cost is None:
        reached = f"{STATES[last.state]}（{last.seconds:,.0f} 秒时）"
        return [*start, str(len(runs.outcomes)), reached, "—", f"≥ {last.peak_bytes / MIB:,.0f}"]
    times = [each.seconds for each in runs.costs]
    spread = f"（{min(times):.2f}—{max(times):.2f}）" if len(times) > 1 else ""
    cpu = median(each.cpu_seconds for each in runs.costs)
    return [*start, str(len(times)), f"{median(times):.2f}{spread}", f"{cpu:.2f}", _memory(runs)]


def _memory(runs: EngineRuns) -> str:
    return f"{max(each.peak_bytes for each in runs.costs) / MIB:,.0f}"


def _ratios(report: Report) -> str:
    rows = []
    for size in report.sizes:
        ours = size.of("tables")
        for name in BASELINES:
            theirs = size.of(name)
            cells = _ratio_cells(ours, theirs) if _done(ours) and _done(theirs) else ["—"] * 3
            rows.append([f"{size.size}，对 {LABELS[name]}", *cells])
    header = ("同频（同样的表）÷ 对照", "耗时", "CPU", "内存峰值")
    return (
        f"比值（大于 1 表示同频更慢或更占内存；“—”表示有一方没有做完）：\n\n{table(header, rows)}"
    )


def _done(runs: EngineRuns) -> bool:
    return runs.outcomes[-1].cost is not None


def _ratio_cells(ours: EngineRuns, theirs: EngineRuns) -> list[str]:
    measures = ("seconds", "cpu_seconds", "peak_bytes")
    return [f"{_median(ours, each) / _median(theirs, each):.2f}" for each in measures]


def _median(runs: EngineRuns, measure: str) -> float:
    return median(getattr(each, measure) for each in runs.costs)


def _growth(report: Report) -> str:
    if len(report.sizes) < 2:
        return ""
    small, large = report.sizes[0], report.sizes[-1]
    rows = []
    for name in ENGINES:
        ends = [(each.row_count, each.of(name)) for each in (small, large)]
        if all(_done(runs) for _, runs in ends):
            cells = [_exponent(ends, each) for each in ("seconds", "cpu_seconds", "peak_bytes")]
        else:
            cells = ["没有做完，不能算"] * 3
        rows.append([LABELS[name], *cells])
    ratio = large.row_count / small.row_count
    return (
        f"增长指数（从 {small.size} 到 {large.size}，行数 {ratio:,.0f} 倍；"
        "log 用量之比 ÷ log 行数之比，1 为按比例）：\n\n"
        + table(("做法", "耗时", "CPU", "内存峰值"), rows)
    )


def _exponent(ends: list[tuple[int, EngineRuns]], measure: str) -> str:
    small, large = [(count, _median(runs, measure)) for count, runs in ends]
    return f"{growth_exponent(small, large):.2f}"


def _stages(report: Report) -> str:
    rows = []
    for size in report.sizes:
        costs = size.of("product").costs
        if costs:
            cells = [f"{median(each.stages.get(s, 0.0) for each in costs):.2f}" for s in STAGES]
            rows.append([size.size, *cells])
    if not rows:
        return ""
    return f"同频各步的秒数（中位数）：\n\n{table(('规模', *STAGES.values()), rows)}"


def _slowest(report: Report) -> str:
    """The tables that took most of the compared build, by its median run."""
    rows = []
    for size in report.sizes:
        costs = size.of("tables").costs
        names = {name for each in costs for name in each.stages}
        seconds = {name: median(each.stages[name] for each in costs) for name in names}
        made = costs[0].rows if costs else {}
        for name in sorted(seconds, key=seconds.__getitem__, reverse=True)[:SLOWEST]:
            rows.append([f"{size.size}，{name}", f"{made[name]:,}", f"{seconds[name]:.2f}"])
    if not rows:
        return ""
    head = f"“同样的表”里最费 CPU 的 {SLOWEST} 张（CPU 秒，中位数）：\n\n"
    return head + table(("规模，表", "行数", "CPU（秒）"), rows)


def _rebuilds(report: Report) -> str:
    rows = []
    for size in report.sizes:
        full = size.of("product")
        for what, outcome in size.rebuilds.items():
            if outcome.cost is None:
                cells = [STATES[outcome.state], "—", "—", "—"]
            else:
                cells = [f"{outcome.cost.seconds:.2f}", f"{outcome.cost.cpu_seconds:.2f}"]
                for each in ("seconds", "cpu_seconds"):
                    ratio = getattr(outcome.cost, each) / _median(full, each) if full.costs else 0
                    cells.append(f"{ratio:.0%}" if full.costs else "—")
            rows.append([size.size, CHANGES[what], *cells])
        rows += _again(size)
    if not rows:
        return ""
    header = ("规模", "改了什么", "耗时（秒）", "CPU（秒）", "耗时占全部重做", "CPU 占全部重做")
    return f"{REBUILDS}\n{table(header, rows)}"


def _again(size: SizeResult) -> list[list[str]]:
    found = size.again
    if found is None:
        return []
    label = "各项改动后从头重做（核对用）"
    if found.cost is None:
        return [[size.size, label, STATES[found.state], "—", "—", "—"]]
    seconds = [f"{found.cost.seconds:.2f}", f"{found.cost.cpu_seconds:.2f}"]
    return [[size.size, label, *seconds, "—", "—"]]


def _same_again(report: Report) -> list[str]:
    lines = []
    for size in report.sizes:
        found = size.again
        if found is None:
            continue
        if found.cost is None:
            told = "没有比较（从头重做没有做完）"
        elif found.cost.rows:
            told = "，".join(
                f"{name} 有 {count:,} 行不同" for name, count in found.cost.rows.items()
            )
        else:
            told = "全部的表与从头重做逐行逐数一致"
        lines.append(f"- {size.size}，各项改动之后重新汇总：{told}")
    return lines


def _equality(report: Report) -> str:
    lines = []
    for size in report.sizes:
        for name in BASELINES:
            found = size.differences.get(name)
            if found is None:
                told = "没有比较（有一方没有做完）"
            elif found:
                told = "，".join(f"{each} 有 {count:,} 行不同" for each, count in found.items())
            else:
                told = f"{len(TABLES)} 张表逐行逐数一致（误差不超过 1e-9，大于 1 的数按相对误差）"
            lines.append(f"- {size.size}，{LABELS[name]}：{told}")
    return "## 结果是否一致\n\n" + "\n".join([*lines, *_same_again(report)]) + "\n"
