"""从哪来 of a stock: every activity count with its coefficient, adding up to the figures; pure."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.format import MISSING, count, decimals, month_label, number, signed
from dashboard.latent_estimates import untold_sentence, untold_types
from pipelines.analysis import latent
from pipelines.analysis.axis import PEOPLE
from pipelines.analysis.joint import JointFit, estimable
from pipelines.domain.months import shift

Floats = NDArray[np.float64]

PARTS = {
    latent.OPENING: "计入上月末存量",
    latent.ADDED: "计入本月新增",
    latent.RELEASED: "计入本月释放",
    latent.CLOSING: "计入本月末存量",
}
ROWS = {
    "kind": "是什么",
    "month": "月份",
    "activity_type": "活动类型",
    "title": "内容",
    "amount": "计入（次或人）",
}
KINDS = {"activity": "活动", "heads": "在岗人数"}


@dataclass(frozen=True, kw_only=True)
class Trace:
    """``cells [activity_type, month, lag, count, coef, se, later]`` and one column for each of
    PARTS: what the count of that month adds to it. ``later``: Σ of the coefficients after ``lag``,
    what one activity of that month still adds. The columns add up to the waterfall. ``untold``:
    types whose coefficients the data do not tell one by one; ``told``: the parts that they do.
    """

    cells: pd.DataFrame = field(repr=False)
    untold: tuple[str, ...]
    told: frozenset[str]

    def total(self, part: str) -> float:
        """A figure of the waterfall, in σ_w; NaN where the data do not tell it."""
        return float(self.cells[part].sum()) if part in self.told else np.nan


def trace_of(fit: JointFit, seen: Floats, month: str, *, source: str) -> Trace:
    """The cells behind the stock of ``month``; ``seen`` (K, L + 1), activities by lag."""
    own = latent.of_source(seen, fit.activity_types, source)
    shape = own.shape
    lags = np.broadcast_to(np.arange(shape[1]), shape)
    cells = pd.DataFrame(
        {
            "activity_type": np.repeat(np.array(fit.activity_types, dtype=object), shape[1]),
            "month": [shift(month, -int(each)) for each in lags.ravel()],
            "lag": lags.ravel(),
            "count": own.ravel(),
            "coef": fit.coef.ravel(),
            "se": np.sqrt(np.diag(fit.cov)),
            "later": latent.tails(fit.coef)[:, 1:].ravel(),
        }
    )
    held, past = cells["count"], cells["lag"] > 0
    cells[latent.OPENING] = (held * (cells["later"] + cells["coef"])).where(past, 0.0)
    cells[latent.ADDED] = (held * cells["later"]).mask(past, 0.0)
    cells[latent.RELEASED] = (-held * cells["coef"]).where(past, 0.0)
    cells[latent.CLOSING] = held * cells["later"]
    if source != latent.ALL_TYPES:
        cells = cells[cells["activity_type"] == source]
    told = (part for part in PARTS if estimable(fit, latent.contrast(part, own)))
    return Trace(
        cells=cells.reset_index(drop=True), untold=untold_types(fit, source), told=frozenset(told)
    )


def coefficients_table(trace: Trace) -> pd.DataFrame:
    """Each coefficient with its error and what the month's count adds."""
    cells = trace.cells
    shown = pd.DataFrame(
        {
            "活动类型": cells["activity_type"],
            "月份": [month_label(each) for each in cells["month"]],
            "早几个月": cells["lag"],
            "次数": [number(each) for each in cells["count"]],
            "系数 β": [precise(each) for each in cells["coef"]],
            "标准误": [decimals(each, 4) for each in cells["se"]],
            "之后各月 β 合计": [precise(each) for each in cells["later"]],
        }
    )
    for part, label in PARTS.items():
        shown[label] = [precise(each) for each in cells[part]]
    coefficients = shown.columns[shown.columns.get_loc("次数") + 1 :]
    shown.loc[cells["activity_type"].isin(trace.untold), coefficients] = MISSING
    return shown


def totals_sentence(trace: Trace, heads: float | None) -> str:
    """The columns summed, and the division by people where there is one; or why there is no sum."""
    if not trace.told.issuperset(PARTS):
        return untold_sentence(trace.untold)
    opening, added, released, closing = (trace.total(part) for part in PARTS)
    told = (
        f"各列相加：上月末存量 {signed(opening)}，本月新增 {signed(added)}，"
        f"本月释放 {signed(released)}，本月末存量 {signed(closing)} 个常见波动"
    )
    if heads is None:
        return f"{told}。"
    per = closing / heads * PEOPLE
    return f"{told}；{precise(closing)} ÷ {count(heads)} 人 × {PEOPLE} = 每百人 {signed(per)}。"


def precise(value: float) -> str:
    """Four decimals with a sign, so that what is shown can be added up by hand."""
    text = signed(value, 4)
    return "0" if text == "0.0000" else text


def rows_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What is read of the rows of latent_rows, under Chinese names."""
    shown = rows[list(ROWS)].rename(columns=ROWS)
    texts = ["活动类型", "内容"]
    shown[texts] = shown[texts].astype(object).where(shown[texts].notna(), MISSING)
    return shown.assign(
        是什么=shown["是什么"].map(KINDS), 月份=[month_label(each) for each in shown["月份"]]
    )


def heads_in(rows: pd.DataFrame) -> float | None:
    """People on duty by the rows, None when the unit reported none."""
    held = rows.loc[rows["kind"] == "heads", "amount"]
    return float(held.iloc[0]) if len(held) and float(held.iloc[0]) > 0 else None
