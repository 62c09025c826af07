"""从哪来 of the page 问卷: the rows of the cells that are shown; those of hidden cells stay out."""

from __future__ import annotations

import pandas as pd

from dashboard.components.trace import Trace
from dashboard.format import count, month_label
from dashboard.surveys import shares_table
from pipelines.analysis.suppression import HIDDEN

READ = ["题目", "选项", "人员类别", "选择人数", "有效样本数", "发放份数", "比例"]


def survey_trace(
    cells: pd.DataFrame, names: dict[str, str], *, stem: str = "survey_shown"
) -> Trace:
    """File and row of every cell of ``cells`` that is shown; how many are withheld is said."""
    shown = cells[cells["status"] != HIDDEN]
    waves = "、".join(month_label(each) for each in sorted(cells["wave_on"].unique()))
    withheld = len(cells) - len(shown)
    said = f"另有 {count(withheld)} 行不列出：它们对应的格子已隐去。" if withheld else ""
    return Trace(
        title=f"{cells['survey_id'].iloc[0]} · {waves}",
        definition="问卷汇总里各题各选项各类人员的人数；软为党建方面的回答，硬为业务方面的回答。",
        formula=(
            "比例 = 选择人数 ÷ 有效样本数，回收率 = 有效样本数 ÷ 发放份数，差 = 两个比例相减；"
            "没有人选或人人都选的只给界限，不写人数。"
        ),
        again=f"下面 {count(len(shown))} 行各是一个格子，人数相除即其比例。{said}",
        rows=shown,
        shown=shares_table(shown, names)[READ].assign(
            调查月份=[month_label(each) for each in shown["wave_on"]]
        ),
        stem=stem,
    )
