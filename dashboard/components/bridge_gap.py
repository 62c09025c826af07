"""组织对照 whose shares do not add up to 100 %: told beside the numbers that it makes smaller."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from dashboard.format import day_label, is_missing, month_label, number, percent, span
from pipelines.measures.sql import EVERYTHING

NAMED = 3
WHAT_TO_DO = "请在“组织对照”里补上承接单位的行，或改占比使合计为 100%；补好以前不重新分配"


def gap_note(tree: str, unit_id: str, month: str) -> None:
    """Party organisations with such a share in ``month`` that concern a unit with all below it, or
    a whole tree ('*'); nothing when there are none."""
    found = data.query("bridge_gaps", month=month)
    if unit_id != EVERYTHING and len(found):
        below = data.query("unit_below", unit_id=unit_id, month=month)["unit_id"]
        concerned = found["party_unit_id" if tree == "party" else "admin_unit_id"].isin(below)
        found = found[found["party_unit_id"].isin(found.loc[concerned, "party_unit_id"])]
    if found.empty:
        return
    told = gap_sentences(found)
    lines = [f"- {markdown(each)}" for each in told[:NAMED]]
    if len(told) > NAMED:
        lines.append(f"- 另有 {len(told) - NAMED} 个党组织，见“数据质量”。")
    st.warning("\n".join([f"**▲ {heading(found, month)}**", "", *lines, "", f"{WHAT_TO_DO}。"]))


def heading(found: pd.DataFrame, month: str) -> str:
    """What of bridge_gaps makes the activities of administrative units too few or too many."""
    each = found.drop_duplicates("party_unit_id")
    lost = float(((1 - each["share_total"]) * each["activity_count"]).sum())
    what = "少计" if lost >= 0 else "多计"
    return (
        f"{month_label(month)}行政单位的活动{what}：{len(each)} 个党组织的组织对照份额合计不是 100%"
        f"，折合{what} {number(abs(lost), 1)} 次活动"
    )


def gap_sentences(found: pd.DataFrame) -> list[str]:
    """bridge_gaps in words, one sentence a party organisation: what is there, what is missing since
    when."""
    sentences = []
    for _, rows in found.groupby("party_unit_id", sort=False):
        first = rows.iloc[0]
        held = _listed(rows[rows["is_counted"]])
        parts = [f"{first['party_name']}的份额合计 {percent(first['share_total'], 0)}"]
        parts.append(f"现在对到{held}" if held else "现在没有对到一个在册的单位")
        parts += [
            _lost(row) for _, row in rows[~rows["is_counted"] & rows["since"].notna()].iterrows()
        ]
        sentences.append("；".join(parts) + "。")
    return sentences


def _listed(rows: pd.DataFrame) -> str:
    return "、".join(f"{row['admin_name']} {_share(row)}" for _, row in rows.iterrows())


def _lost(row: pd.Series) -> str:
    why = "单位撤销" if row["is_gone"] else "对照的行到期"
    return f"{row['admin_name']} {_share(row)} 从{day_label(row['since'])}起没有了（{why}）"


def _share(row: pd.Series) -> str:
    return "等分的一份" if is_missing(row["share"]) else percent(row["share"], 0)


def gap_months(first_month: str, last_month: str) -> pd.DataFrame:
    """bridge_gap_months of these months."""
    return data.query("bridge_gap_months", first_month=first_month, last_month=last_month)


def months_sentence(found: pd.DataFrame) -> str:
    """bridge_gap_months in one sentence; blank for none."""
    if found.empty:
        return ""
    told = "、".join(
        f"{row['party_name']}（{_span(row)}，{_totals(row)}）"
        for _, row in found.head(NAMED).iterrows()
    )
    more = f"等 {len(found)} 个" if len(found) > NAMED else ""
    return f"组织对照份额合计不是 100% 的党组织：{told}{more}；按原样计入，没有重新分配。"


def gap_list() -> None:
    """The list on 数据质量 of all months."""
    known = data.query("months")["month"]
    found = gap_months(known.min(), known.max()) if len(known) else pd.DataFrame()
    if found.empty:
        return
    st.markdown(
        f"**组织对照份额合计不是 100%：{len(found)} 个党组织**，它们的活动没有整个计到行政单位。"
    )
    shown = gap_table(found)
    table(shown, alt="组织对照份额合计不是 100% 的党组织、月份和怎么办", max_rows=10)
    csv_download(shown, file_stem="组织对照份额")


def gap_table(found: pd.DataFrame) -> pd.DataFrame:
    """bridge_gap_months under Chinese names."""
    return pd.DataFrame(
        {
            "党组织": found["party_name"],
            "月份": [_span(row) for _, row in found.iterrows()],
            "月数": found["month_count"],
            "份额合计": [_totals(row) for _, row in found.iterrows()],
            "怎么办": WHAT_TO_DO,
        }
    )


def _span(row: pd.Series) -> str:
    return span(month_label(row["first_month"]), month_label(row["last_month"]))


def _totals(row: pd.Series) -> str:
    return span(percent(row["least_total"], 0), percent(row["most_total"], 0))
