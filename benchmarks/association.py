"""The association analysis beside loops of regressions: measured, and told in Chinese."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from benchmarks.association_jobs import (
    LOOPS,
    PRODUCT,
    PYFIXEST,
    STATSMODELS,
    WITHIN,
    Done,
    PanelSize,
)
from benchmarks.machine import described, load, machine
from benchmarks.tables import MIB, table
from pipelines.settings import ROOT

SIZES = (
    PanelSize(units=40, months=24, kinds=4, kpis=4),
    PanelSize(units=120, months=36, kinds=8, kpis=13),
    PanelSize(units=400, months=48, kinds=8, kpis=20),
)
BUDGET = 60.0  # seconds of one loop at one size
LABELS = {
    PRODUCT: "同频：整套分析",
    WITHIN: "同频 fit_within 逐对",
    STATSMODELS: "statsmodels 逐对",
    PYFIXEST: "pyfixest 逐对",
}
ABSENT = "没有安装，没有测（pip install -r requirements-dev.txt）"
START, END = "<!-- 关联分析 -->\n\n", "<!-- /关联分析 -->\n"
Tell = Callable[[str], None]

TEXT = """## 关联分析：与逐对回归相比

由 `make bench BENCH="--sizes none --files none --association"` 写成，{at:%Y-%m-%d %H:%M}，\
测量时系统平均负载 {load:.1f}（{cores} 核）。

{machine}

{table}
- 逐对：每一项指标 × 每一类活动 × 每一个滞后各做一次双向固定效应回归，误差按单位聚类（CRV1）；
  结果完全一样的三种做法。statsmodels 先按单位和月份去均值再回归，比加哑变量快得多。
- 同频整套分析做的更多：预白化、共同因素、其余活动类型、窗口挑选的翻转检验（1,999 次，
  p 小的 20,000 次）、先后检验、联合滞后模型和同时区间、多重比较校正。它不是同一个估计，
  比的是“得到全部各对的答案”要多久。
- 每种做法在自己的进程里做，解释器启动、导入和第一次编译不计；一种做法在一个规模上超过
  {budget:.0f} 秒就停，“做了”一栏写做了几分之几，耗时和 CPU 按比例推算到全部，标“约”。
  内存是该进程常驻内存峰值，含导入的库。
- 核对：{agreement}
"""


@dataclass(frozen=True, kw_only=True)
class SizeRuns:
    """What each way cost at one size; None where its library is absent."""

    size: PanelSize
    runs: dict[str, Done | None]


def run(
    sizes: tuple[PanelSize, ...] = SIZES, *, now: datetime, tell: Tell, budget: float = BUDGET
) -> str:
    """Measure all and give the section."""
    before = load()
    found = [_at(size, budget, tell) for size in sizes]
    where = machine()
    return TEXT.format(
        at=now,
        load=max(before, load()),
        cores=where.cores,
        machine=described(where),
        table=_table(found),
        budget=budget,
        agreement=_agreement(found),
    )


def section_of(path: Path) -> str | None:
    """The section as the report at ``path`` has it."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    held = re.search(re.escape(START) + "(.*?)" + re.escape(END), text, re.DOTALL)
    return held and held.group(1)


def put(section: str | None, path: Path) -> None:
    """Write the section at the end of the report in place of any other; None changes nothing."""
    if section is None:
        return
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    rest = re.sub("\n*" + re.escape(START) + ".*?" + re.escape(END), "\n", text, flags=re.DOTALL)
    path.write_text(f"{rest.rstrip()}\n\n{START}{section}{END}", encoding="utf-8")


def _at(size: PanelSize, budget: float, tell: Tell) -> SizeRuns:
    runs: dict[str, Done | None] = {}
    for way in (PRODUCT, *LOOPS):
        present = way in (PRODUCT, WITHIN) or find_spec(way) is not None
        runs[way] = _child(way, size, budget) if present else None
        done = runs[way]
        tell(f"{size.label}：{LABELS[way]} " + (f"{done.seconds:.1f} 秒" if done else ABSENT))
    return SizeRuns(size=size, runs=runs)


def _child(way: str, size: PanelSize, budget: float) -> Done:
    """In a process of its own. Raises CalledProcessError when it fails."""
    with tempfile.TemporaryDirectory(prefix="tongpin-association-") as folder:
        answer = Path(folder) / "done.json"
        arguments = [way, json.dumps(asdict(size)), str(budget), str(answer)]
        command = [sys.executable, "-m", "benchmarks.association_jobs", *arguments]
        subprocess.run(command, cwd=ROOT, check=True, timeout=budget + 600)
        return Done(**json.loads(answer.read_text(encoding="utf-8")))


def table_rows(found: list[SizeRuns]) -> list[list[str]]:
    """A row per size and way; what is absent is told in place of figures."""
    rows = []
    for each in found:
        ours = each.runs[PRODUCT]
        for way, done in each.runs.items():
            start = [each.size.label, LABELS[way]]
            rows.append([*start, *(_cells(each.size, done, ours) if done else [ABSENT, *"—————"])])
    return rows


def _table(found: list[SizeRuns]) -> str:
    header = ("规模", "做法", "做了", "耗时（秒）", "CPU（秒）", "内存峰值（MB）",
              "耗时 ÷ 同频", "CPU ÷ 同频")  # fmt: skip
    return table(header, table_rows(found))


def _cells(size: PanelSize, done: Done, ours: Done | None) -> list[str]:
    share = done.fits / size.fits
    about = "" if share == 1 else "约 "
    seconds, cpu = done.seconds / share, done.cpu_seconds / share
    ratios = [f"{seconds / ours.seconds:,.0f}", f"{cpu / ours.cpu_seconds:,.0f}"] if ours else []
    return [
        "全部" if share == 1 else f"{size.fits:,} 次中的 {done.fits:,} 次（{share:.0%}）",
        f"{about}{seconds:,.2f}",
        f"{about}{cpu:,.2f}",
        f"{done.peak_bytes / MIB:,.0f}",
        *(ratios if done is not ours else ["1", "1"]),
    ]


def _agreement(found: list[SizeRuns]) -> str:
    """The largest difference of a coefficient or error between the loops."""
    largest, common = 0.0, 0
    for each in found:
        loops = [done for way in LOOPS if (done := each.runs[way]) is not None]
        for name in set.intersection(*(set(done.found) for done in loops)):
            numbers = [done.found[name] for done in loops]
            largest = max(largest, *(max(part) - min(part) for part in zip(*numbers, strict=True)))
            common += 1
    return f"几种逐对的做法共同做了的 {common:,} 次回归，系数和标准误最大相差 {largest:.0e}。"
