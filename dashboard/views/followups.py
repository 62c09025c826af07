"""督办整改: decisions, rectification and promises in one list, by source, due date and state."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header, source_note
from dashboard.components.addressed import addressed_select
from dashboard.components.controls import month_select
from dashboard.components.followup_way import item_origin
from dashboard.components.followups import (
    ageing_sentence,
    followup_items,
    followups_sentence,
    later_sentence,
    nothing_followed,
    show_items,
)
from dashboard.components.source_choice import month_sources, source_choice
from dashboard.components.sources import as_of
from dashboard.escape import markdown
from dashboard.format import count, month_label

PAGE = Page(title="督办整改", group="看", order=50, url_path="followups")

FIGURES = (
    *("overdue_open_count", "closure_rate", "overdue_days_median", "closing_days_median"),
    *("reopened_rate", "recurring_rate"),
)
ALL, DATED, UNDATED = "all", "dated", "undated"
SHOW = {
    ALL: "全部",
    "overdue": "逾期未结",
    "overdue_inferred": "逾期未结（推定）",
    "unfinished": "未结（含逾期）",
    "closed": "当月销号",
    "reopened": "返工",
    "recurring": "同样问题又出现",
}


def render() -> None:
    """The page."""
    months = data.query("months") if data.has_mart() else pd.DataFrame()
    if months.empty:
        page_header("督办整改")
        empty_state(
            "还没有可看的月份：没有已入库的业务指标月报。",
            "请到“上传入库”提交单位名册、业务指标月报和督办整改台账。",
        )
        return
    head = st.container()
    month = month_select(months)
    items = followup_items(month)
    with head:
        page_header(
            f"{month_label(month)}督办整改：{followups_sentence(items).rstrip('。')}",
            f"决议、整改和承诺合为一张清单；状态算到月末；{as_of()}。",
        )
    item_origin(items, month)
    if nothing_followed(items, month):
        return
    if month == months["month"].iloc[0]:
        st.markdown(markdown(later_sentence(month)))
    found = filtered(items, *_filters(items))
    st.markdown(markdown(f"符合条件 {count(len(found))} 项。{ageing_sentence(found)}"))
    if found.empty:
        empty_state("没有符合条件的事项。", "换一个来源、时限或状态再看。")
    else:
        show_items(found, month)
    source_choice(month_sources(FIGURES, month), month, key="followup_source")
    source_note(f"来源：督办整改台账；逾期在先，按到期日排列，不是名次；{as_of()}。")


def _filters(items: pd.DataFrame) -> tuple[str, str, str]:
    """State, source and kind of due date; each stays in the address."""
    kinds = {each: each for each in sorted(items["source_kind"].dropna().unique())}
    words = {each: each for each in sorted(items["due_word"].dropna().unique())}
    choices = (
        ("状态", "show", SHOW),
        ("来源", "source", {ALL: "全部来源"} | kinds),
        ("时限", "due", {ALL: "全部时限", DATED: "有到期日", UNDATED: "没有写明"} | words),
    )
    chosen = []
    for place, (label, key, options) in zip(st.columns(3), choices, strict=True):
        with place:
            chosen.append(
                addressed_select(
                    label, list(options), key=key, default=ALL, format_func=options.get
                )
            )
    return tuple(chosen)


def filtered(items: pd.DataFrame, show: str, source: str, due: str) -> pd.DataFrame:
    """The items of a state (SHOW), a source and a kind of due date; ALL leaves one open."""
    closed = items["state"].str.startswith("closed")
    states = {
        "unfinished": ~closed,
        "closed": closed,
        "reopened": items["was_reopened"].fillna(False).astype(bool),
        "recurring": items["recurs_of"].notna(),
    }
    dues = {
        DATED: items["due_on"].notna(),
        UNDATED: items["due_on"].isna() & items["due_word"].isna(),
    }
    kept = pd.Series(True, index=items.index)
    if show != ALL:
        kept &= states.get(show, items["state"] == show)
    if source != ALL:
        kept &= items["source_kind"] == source
    if due != ALL:
        kept &= dues.get(due, items["due_word"] == due)
    return items[kept]
