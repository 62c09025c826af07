"""The cells of one unit in an analysis and the source rows behind them, as tables; pure."""

from __future__ import annotations

import pandas as pd

from dashboard.format import count, in_full, is_missing, month_label
from pipelines.associations import MEASURES, Scope
from pipelines.domain.months import month_range

ROW_COLUMNS = {
    "month": "月份",
    "kind": "是什么",
    "title": "内容",
    "actual": "指标实际",
    "share": "活动计入份额",
    "present_count": "人次",
    "training_hours": "学时",
    "is_late": "补录",
}
NUMBERS = ("actual", "share", "present_count", "training_hours")
KINDS = {"kpi": "指标", "activity": "活动"}
WEIGHTS = {"activity": None, "participant": "present_count", "hour": "training_hours"}
NAMED = 5  # units named where rows are left out
REASONS = {
    "unknown_unit": "单位不在名册",
    "no_bridge": "党组织没有组织对照",
    "unit_of_measure": "计量单位换算不了",
}


def month_cells(rows: pd.DataFrame, scope: Scope, *, reported: pd.Series) -> pd.DataFrame:
    """``[activity, kpi]`` by month of the scope from the rows of association_rows, counted as the
    scope says. ``reported``: months with any activity of the unit; outside of them activity is
    missing and not 0, as in the cube."""
    held = rows[rows["kind"] == "activity"]
    weight = WEIGHTS[scope.measure]
    each = held["share"] if weight is None else held["share"] * held[weight].fillna(0)
    if not scope.late:
        each = each.where(held["is_late"] == 0, 0.0)
    months = pd.Index(month_range(scope.first_month, scope.last_month))
    activity = each.astype(float).groupby(held["month"]).sum().reindex(months)
    inside = reported[reported.isin(months)]
    span = (months >= inside.min()) & (months <= inside.max()) if len(inside) else months == ""
    figures = rows[rows["kind"] == "kpi"].groupby("month")["actual"].first()
    return pd.DataFrame(
        {"activity": activity.fillna(0.0).where(span), "kpi": figures.reindex(months)}
    )


def cells_table(cells: pd.DataFrame, pair: pd.Series, scope: Scope) -> pd.DataFrame:
    """The cells under Chinese names."""
    return pd.DataFrame(
        {
            "月份": [month_label(month) for month in cells.index],
            f"{pair['activity_type']}（{MEASURES[scope.measure]}）": [
                in_full(each) for each in cells["activity"]
            ],
            f"{pair['kpi_name']}（折算前）": [in_full(each) for each in cells["kpi"]],
        }
    )


def rows_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What is read of source rows, under Chinese names; what has no figure stays empty."""
    shown = rows[list(ROW_COLUMNS)].assign(
        kind=rows["kind"].map(KINDS),
        month=[month_label(month) for month in rows["month"]],
        is_late=rows["is_late"].map({1: "是", 0: ""}),
        **{
            name: ["" if is_missing(each) else in_full(each) for each in rows[name]]
            for name in NUMBERS
        },
    )
    return shown.rename(columns=ROW_COLUMNS)


def left_out_sentence(rows: pd.DataFrame) -> str:
    """Rows of unresolved_rows by reason: what no analysis of this build can see."""
    held = rows[rows["dataset"].isin(["kpi_values", "activities"])]
    if held.empty:
        return "没有一行因为找不到单位或换算不了而留在外面。"
    sums = held.groupby("reason")["row_count"].sum()
    told = "、".join(
        f"{word} {count(sums[reason])} 行" for reason, word in REASONS.items() if reason in sums
    )
    texts = held.groupby("unit_text")["row_count"].sum().sort_values(ascending=False).index
    more = f"等 {len(texts)} 个" if len(texts) > NAMED else ""
    return f"没有进入计算的行：{told}（{'、'.join(map(str, texts[:NAMED]))}{more}）。"
