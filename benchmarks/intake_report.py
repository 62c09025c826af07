"""The part of the report about the intake: rows a second and memory, beside bare reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from benchmarks.machine import described
from benchmarks.measure import MAIN, PARSER, TREE, VALIDATOR
from benchmarks.results import Cost, FileResult, IntakeReport, Outcome
from benchmarks.tables import MIB, STATES, table

LABELS = {
    "intake": "同频：读入、校验、比较",
    "parser": "同频：只解析",
    "duckdb-csv": "DuckDB read_csv",
    "pandas-csv": "pandas read_csv",
}
OURS, BARE = ("intake", "parser"), ("duckdb-csv", "pandas-csv")
STEPS = {
    "read": "读入与逐行校验",
    "rules": "整份与跨表规则",
    "difference": "与已入库比较",
    "accept": "确认入库",
}

HEAD = """## 读入文件的速度和内存

{at:%Y-%m-%d %H:%M} 测量，共用时 {minutes:.0f} 分钟。{busy}

{machine}
"""
_OWN = 1  # what the intake itself keeps waiting beyond the cores
BUSY = "**测量时机器上还有别的任务（见各文件的平均负载），耗时偏长，请看 CPU。**"

METHOD = """### 读入测的是什么

- 文件：业务指标月报，8 列，单位 × 60 个月 × 20 个指标，UTF-8，没有错误的单元格。
  “手工写法”是同样的数，GB18030，写成 `2025年3月`、`"1,234.56万元"`、`98.50%`，
  每 200 行有一个“—”。1 GB 按文件大小写满。
- 同频：正式的 `Desk.inspect`，即界面上传后到可以确认为止：判断编码和分隔符、找表头、对应各列、
  逐格转成类型并保留原文、逐行校验（Great Expectations）、整份和跨表规则、与已入库的数据比较、
  写成待入库的 Parquet。库里有本文件全部单位和指标的看板数据，规则全部执行；
  没有已入库的指标数。“确认入库”是其后的 `Desk.accept`。
- 只解析：受限子进程 `parse_in_child`，读到最后一行为止，包括启动子进程（一万行时主要是它）。
- DuckDB：`create table … as from read_csv(文件)`，类型和分隔符由它猜；pandas：`read_csv(文件)`，
  编码由人告诉它。两者都不找表头、不认中文写法、不校验、不比较，**所以比值对同频偏严**。
  手工写法的文件，DuckDB 不联网下载扩展就读不了 GB18030；pandas 读得进，数值列只是文字。
- 每次都在新进程里做，计时不含启动解释器和导入；校验进程事先启动好，与正式服务一样。
- “CPU”为全部进程之和，同频的“读入、校验、比较”一行还包括确认入库。“每秒行数”按耗时的中位数。
- 内存：各做法的主进程都先导入了同样的库（约 {imports:,.0f} MB）。
  “合计”每 0.1 秒看一次各进程常驻内存之和，取最高（共用的页重复计算，偏高）；
  “主进程”是常驻内存峰值（VmHWM），“解析”“校验”是两个子进程各自看到的最高值。
- 上限：每次 {minutes:.0f} 分钟或 {gib:.0f} GB，超过即停止并照实写出。
"""


def text_of(report: IntakeReport) -> str:
    """The whole part."""
    busy = any(each.load > report.machine.cores + _OWN for each in report.files)
    head = HEAD.format(
        at=report.at,
        minutes=report.total_seconds / 60,
        busy=BUSY if busy else "",
        machine=described(report.machine),
    )
    limits = report.limits
    method = METHOD.format(
        minutes=limits.seconds / 60,
        gib=limits.bytes / 1024**3,
        imports=report.imported_bytes / MIB,
    )
    tables = [_files(report), _speeds(report), _ratios(report), _steps(report)]
    return "\n".join([head, *tables, method])


def _files(report: IntakeReport) -> str:
    lines = [
        f"- {each.label}：{each.rows:,} 行，{each.bytes / MIB:,.1f} MB；"
        f"测量时系统平均负载 {each.load:.1f}"
        for each in report.files
    ]
    return "\n".join(lines) + "\n"


def _speeds(report: IntakeReport) -> str:
    rows = [_speed(each, job) for each in report.files for job in LABELS]
    header = (
        *("文件", "做法", "次数", "耗时（秒）", "每秒行数", "CPU（秒）"),
        *("内存合计（MB）", "主进程", "解析", "校验"),
    )
    return table(header, rows)


def _speed(file: FileResult, job: str) -> list[str]:
    start = [file.label, LABELS[job]]
    outcomes = file.runs[job]
    last = outcomes[-1]
    if last.cost is None:
        return [*start, str(len(outcomes)), _why(last, job), *["—"] * 6]
    costs = _costs(outcomes)
    times = [_seconds(each, job) for each in costs]
    spread = f"（{min(times):.2f}—{max(times):.2f}）" if len(times) > 1 else ""
    return [
        *start,
        str(len(times)),
        f"{median(times):.2f}{spread}",
        f"{file.rows / median(times):,.0f}",
        f"{median(each.cpu_seconds for each in costs):.2f}",
        *(_memory(costs, role) for role in (TREE, MAIN, PARSER, VALIDATOR)),
    ]


def _why(outcome: Outcome, job: str) -> str:
    if outcome.state == "failed":
        return "读不了这个文件" if job in BARE else STATES[outcome.state]
    return f"{STATES[outcome.state]}（{outcome.seconds:,.0f} 秒时）"


def _costs(outcomes: Sequence[Outcome]) -> list[Cost]:
    return [each.cost for each in outcomes if each.cost is not None]


def _seconds(cost: Cost, job: str) -> float:
    """Of an intake, until a person can confirm."""
    return cost.seconds - (cost.stages["accept"] if job == "intake" else 0.0)


def _peak(cost: Cost, role: str) -> int:
    """A short run may end before anything but its own record was seen."""
    seen = cost.peaks.get(role, 0)
    return max(seen, cost.peak_bytes) if role == TREE else seen


def _memory(costs: list[Cost], role: str) -> str:
    peak = max(_peak(each, role) for each in costs)
    return f"{peak / MIB:,.0f}" if peak else "—"


def _ratios(report: IntakeReport) -> str:
    rows = [
        [f"{file.label}：{LABELS[ours]} ÷ {LABELS[bare]}", *_ratio(file, ours, bare)]
        for file in report.files
        for ours in OURS
        for bare in BARE
    ]
    told = "比值（大于 1 表示同频更慢或更占内存；“—”表示有一方没有做完）：\n\n"
    return told + table(("同频 ÷ 对照", "耗时", "CPU", "内存合计"), rows)


def _ratio(file: FileResult, ours: str, bare: str) -> list[str]:
    if any(file.runs[job][-1].cost is None for job in (ours, bare)):
        return ["—"] * 3
    measures: list[Callable[[Cost, str], float]] = [
        _seconds,
        lambda cost, _job: cost.cpu_seconds,
        lambda cost, _job: _peak(cost, TREE),
    ]
    return [f"{_median(file, ours, of) / _median(file, bare, of):.2f}" for of in measures]


def _median(file: FileResult, job: str, of: Callable[[Cost, str], float]) -> float:
    return median(of(each, job) for each in _costs(file.runs[job]))


def _steps(report: IntakeReport) -> str:
    rows = []
    for file in report.files:
        costs = _costs(file.runs["intake"])
        if costs:
            seconds = [f"{median(each.stages[step] for each in costs):.2f}" for step in STEPS]
            counts = [f"{costs[-1].rows[name]:,}" for name in ("accepted", "findings")]
            rows.append([file.label, *seconds, *counts])
    if not rows:
        return ""
    header = ("文件", *STEPS.values(), "入库行数", "提示条数")
    return f"同频各步的秒数（中位数）：\n\n{table(header, rows)}"
