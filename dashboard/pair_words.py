"""What stands behind one pair, in words and as tables; pure."""

from __future__ import annotations

import math

import pandas as pd

from dashboard.associations import AGAINST, TOGETHER, is_claim, window_words
from dashboard.charts.residual_scatter import MOST_POINTS, part_means
from dashboard.format import MISSING, count, decimals, percent, signed
from pipelines.analysis.evidence import NEGLIGIBLE
from pipelines.analysis_runs import Outcome

MOST_MONTHS = 120  # nobody waits longer for a figure
NO_RANKING = (
    "占比是一个单位的月份在这个结果里的分量，说明结果靠谁撑着，不是工作好坏，也不是名次；按名称排列。"
    "月数是报了指标的月份；点单位名打开它的单位画像。"
)


def missing_sentence(pair: pd.Series) -> str:
    """What the data would have to have for a change of NEGLIGIBLE to show in 4 of 5 cases.

    The standard error shrinks with the root of units and of months.
    """
    visible = float(pair["smallest_visible"])
    told = (
        f"还缺什么：现有 {count(pair['n_units'])} 个单位、{count(pair['n_months'])} 个月（有效单位"
        f" {count(pair['effective_units'])} 个，占比最大的一个单位"
        f" {percent(pair['largest_share'], 0)}），"
        f"这个窗口里小于 {decimals(visible, 2)} 个常见波动的变化多半看不出来；"
    )
    if visible <= NEGLIGIBLE:
        return told + (
            f"{NEGLIGIBLE} 个以上的已够看出，要看更小的，单位或月份增到 4 倍，这个数约减半。"
        )
    times = (visible / NEGLIGIBLE) ** 2
    units, months = (math.ceil(pair[name] * times) for name in ("n_units", "n_months"))
    wait = f"，或现有单位约 {months} 个月" if months <= MOST_MONTHS else ""
    alone = "" if wait else "，靠现有单位积累月份不现实"
    return told + f"要看出 {NEGLIGIBLE} 个常见波动，约需 {count(units)} 个单位{wait}的记录{alone}。"


def scatter_sentence(pair: pd.Series, facts: dict[str, float]) -> str:
    """What the points show, never more than the state of the pair."""
    name = f"{pair['activity_type']}与{pair['kpi_name']}剩下的部分"
    r = f"r = {signed(facts['r'])}"
    if not is_claim(pair["state"]):
        return f"{name}：{pair['state']}，{r}（未校正，不作判断）"
    return f"{name}{TOGETHER if pair['effect'] > 0 else AGAINST}，{r}"


def scatter_subtitle(
    pair: pd.Series, points: pd.DataFrame, facts: dict[str, float], *, filled: int = 0
) -> str:
    """n, what was taken out, what the marks and the line are; ``filled``: points without a figure
    as reported."""
    units, months = points["unit"].nunique(), points["month"].nunique()
    lags = int(pair["window_end"] - pair["window_start"]) + 1
    spread = f"，窗口有 {lags} 个月，平均到每个月画" if lags > 1 else ""
    lacking = f"，另有 {count(filled)} 个单位月没有报、按估计补上" if filled else ""
    how = (
        "颜色越深单位月越多，圆点是横轴上每 5% 单位月的平均"
        if len(points) > MOST_POINTS
        else "一点是一个单位的一个月"
    )
    return (
        f"n = {count(len(points) - filled)} 个单位月（{units} 个单位，{months} 个月{lacking}）；"
        f"r 的 95% 区间 {signed(facts['low'])} 至 {signed(facts['high'])}，未作多重比较校正。"
        f"各单位固定水平、共同变化和其他类型的活动都已去掉。{how}；"
        f"斜线是估计的变动 {signed(pair['effect'])}{spread}。"
    )


def line_slope(pair: pd.Series) -> float:
    """KPI per unit of the activity summed over the window: the effect, spread over its months."""
    return float(pair["effect"] / (pair["window_end"] - pair["window_start"] + 1))


def activity_axis(pair: pd.Series) -> str:
    """Title of the axis of the activity: which months."""
    window = window_words(pair["window_start"], pair["window_end"])
    return f"活动（{window}，常见波动 σ）"


def scatter_table(points: pd.DataFrame) -> pd.DataFrame:
    """The points, or the means of twenty parts when there are many, under Chinese names."""
    if len(points) <= MOST_POINTS:
        return pd.DataFrame(
            {
                "单位": points["unit_name"],
                "月份": points["month_text"],
                "活动 σ": [signed(each) for each in points["x"]],
                "指标 σ": [signed(each) for each in points["y"]],
            }
        )
    means = part_means(points)
    return pd.DataFrame(
        {
            "活动 σ 从": [signed(each) for each in means["x_low"]],
            "到": [signed(each) for each in means["x_high"]],
            "活动平均 σ": [signed(each) for each in means["x"]],
            "指标平均 σ": [signed(each) for each in means["y"]],
            "单位月": means["n"],
        }
    )


def units_sentence(units: pd.DataFrame, *, state: str) -> str:
    """Whether the result hangs on single units; ``units`` with ``unit_name``. Only a claim has a
    direction that could change."""
    total = float(units["score"].sum())
    turned = units[units["sign_without"] * total <= 0]
    largest = units.loc[units["share"].idxmax()]
    where = (
        f"{len(units)} 个单位中占比最大的是{largest['unit_name']}（{percent(largest['share'], 0)}）"
    )
    if not is_claim(state):
        return where
    if turned.empty:
        return f"{where}；去掉任一单位，方向不变"
    return f"{where}；去掉其中 {len(turned)} 个单位之一，方向就变"


def units_table(units: pd.DataFrame) -> pd.DataFrame:
    """Contributions under Chinese names, in the order given."""
    total = float(units["score"].sum())
    turns = units["sign_without"] * total <= 0
    return pd.DataFrame(
        {
            "单位": units["unit_name"],
            "占比（%）": (units["share"] * 100).round(1),
            "方向": [_direction(each) for each in units["score"]],
            "月数": units["months"],
            "去掉它": turns.map({True: "方向变", False: "方向不变"}),
        }
    )


def facts_of(found: Outcome) -> dict[str, float]:
    """r with its interval."""
    return {name: float(found.facts[name]) for name in ("r", "low", "high")}


def _direction(score: float) -> str:
    if score == 0:
        return MISSING
    return "同向" if score > 0 else "反向"
