"""督办整改: what is overdue, open, or closed in the month, each with its due date and its state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page import empty_state
from dashboard.components.tables import csv_download, stacked, wide_or_narrow
from dashboard.components.task_lights import coloured, light_colour
from dashboard.components.trace import Trace, trace_button
from dashboard.escape import markdown
from dashboard.format import MISSING, count, day_label, is_missing, moment_labels, month_label

STATES = {  # in the order in which they are listed
    "overdue": "■ 逾期未结",
    "overdue_inferred": "■ 逾期未结（推定）",
    "open": "○ 未到期",
    "open_no_due": "○ 没有到期日",
    "closed_late": "▲ 逾期销号",
    "closed_in_time": "● 按期销号",
    "closed_no_due": "● 已销号",
    "closed_undated": "● 已销号（没有日期）",
}
MADE = "auto-"  # how intake begins the key of a row that came without a number
NAMED = 3  # items that a sentence names; the others are counted
ON_PHONE = {
    "责任单位": "",
    "关系": "",
    "时限": "时限 ",
    "责任岗位": "",
    "备注": "",
}  # → what precedes it
SILENT = (None, "", MISSING)
TRACED = ["状态", "事项", "责任单位", "时限", "销号日期", "来源", "备注", "编号"]
AGES = (30, 90)  # days; bounds of the ages that are told apart
NOTE = (
    "逾期天数算到月末。时限写“立行立改”的，首次入库满规定天数仍未销号记为推定逾期，不进入闭环率；"
    "写“长期坚持”“持续整改”的不判断逾期。先前的台账已销号、后来的又列为未结的记为返工，"
    "从后一份台账所算的月份起列为未结，以前的月份不变，账龄仍从原到期日算起；"
    "延期的同样从那时起按新日期。台账没有立项日期：首批台账里的事项各月都列，以后新出现的从那份台账所算的月份列起。"
)


def followups(month: str, relations: Mapping[str, str] | None = None) -> None:
    """Items of ``month``; ``relations``: unit_id → how it belongs to the page, None shows all."""
    items = followup_items(month, relations)
    if nothing_followed(items, month):
        return
    st.markdown(markdown(followups_sentence(items)))
    show_items(items, month, relations)


def nothing_followed(items: pd.DataFrame, month: str) -> bool:
    """Whether there is nothing to list; the page then says so and what to do."""
    if items.empty:
        empty_state(
            f"{month_label(month)}没有未结或当月销号的督办整改事项。",
            "有事项而这里没有，请到“上传入库”提交督办整改台账，并核对责任单位的写法。",
        )
    return items.empty


def show_items(items: pd.DataFrame, month: str, relations: Mapping[str, str] | None = None) -> None:
    """The items as a table with a download and what the states mean."""
    shown = followups_table(items)
    if relations is not None:
        shown.insert(3, "关系", [relations[unit] for unit in items["unit_id"]])
    listed(shown, key="followups")
    csv_download(shown, file_stem=f"followups_{month}")
    trace_button(partial(items_trace, items, month), key="followups_trace")
    st.caption(markdown(NOTE))


def items_trace(items: pd.DataFrame, month: str) -> Trace:
    """The rows of the follow-up ledger behind a list and its counts."""
    return Trace(
        title=f"督办整改清单 · {month_label(month)}",
        definition="月末未结的，和当月销号的督办整改事项。" + NOTE,
        formula="每个事项计一项，状态按月末判断；逾期天数 = 月末 − 到期日，取中位数",
        again=f"由下面 {count(len(items))} 行数得：{followups_sentence(items)}",
        rows=items,
        shown=followups_table(items)[TRACED],
        stem=f"followup_rows_{month}",
    )


def listed(shown: pd.DataFrame, *, key: str) -> None:
    """``followups_table`` as a table on a desk, one below another on a phone."""
    desk, phone = wide_or_narrow(key)
    desk.dataframe(
        shown.style.map(light_colour, subset=["状态"]),
        hide_index=True,
        placeholder=MISSING,
        alt="督办整改事项、时限和状态",
    )
    with phone:
        stacked(followups_lines(shown))


def followups_lines(shown: pd.DataFrame) -> list[str]:
    """The rows of ``followups_table`` as Markdown: state and text, then unit, due date, post."""
    lines = []
    for row in shown.to_dict("records"):
        parts = [f"{ON_PHONE[each]}{row[each]}" for each in ON_PHONE if row.get(each) not in SILENT]
        below = markdown(" · ".join(parts))
        lines.append(f"{coloured(row['状态'])}　{markdown(row['事项'])}  \n{below}")
    return lines


def followup_items(month: str, relations: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The query ``followup_items`` for the units of ``relations``, the overdue first."""
    items = data.query("followup_items", month=month)
    if relations is not None:
        items = items[items["unit_id"].isin(list(relations))]
    order = items["state"].map({state: at for at, state in enumerate(STATES)})
    return items.assign(_order=order).sort_values(["_order", "due_on"], kind="stable")


def later_sentence(month: str) -> str:
    """Items closed at the end of ``month`` that a later file has open again; empty for none."""
    found = data.query("followup_later", month=month)
    if found.empty:
        return ""
    return (
        f"本月末已销号、后来的台账又列为未结的有 {count(len(found))} 项，"
        f"从 {month_label(found['reopens_month'].min())}起列为未结，不改本月的数：{_named(found)}。"
    )


def _named(found: pd.DataFrame) -> str:
    names = [f"{row.text}（{row.unit_name}）" for row in found.head(NAMED).itertuples()]
    return "；".join(names) + ("等" if len(found) > NAMED else "")


def followups_sentence(items: pd.DataFrame) -> str:
    """Open, overdue and closed items in one sentence."""
    states = items["state"].value_counts()
    late = states.get("overdue", 0)
    unfinished = int(states[[s for s in states.index if not s.startswith("closed")]].sum())
    closed = len(items) - unfinished
    said = f"未结 {count(unfinished)} 项，其中逾期 {count(late)} 项"
    if late:
        middle = items.loc[items["state"] == "overdue", "days_overdue"].median()
        said += f"（逾期天数中位 {count(middle)} 天）"
    again = int(items["was_reopened"].fillna(False).astype(bool).sum())
    same = int(items["recurs_of"].notna().sum())
    said += f"；当月销号 {count(closed)} 项"
    marked = [f"返工 {count(again)} 项"] * bool(again) + [
        f"同样问题又出现 {count(same)} 项"
    ] * bool(same)
    return f"{said}；其中{'、'.join(marked)}。" if marked else f"{said}。"


def ageing_sentence(items: pd.DataFrame) -> str:
    """Overdue items by how long they are overdue; empty when there are none."""
    days = items.loc[items["state"] == "overdue", "days_overdue"]
    if days.empty:
        return ""
    middle = int(((days > AGES[0]) & (days <= AGES[1])).sum())
    return (
        f"逾期的账龄：{AGES[0]} 天以内 {count(int((days <= AGES[0]).sum()))} 项，"
        f"{AGES[0] + 1}—{AGES[1]} 天 {count(middle)} 项，"
        f"{AGES[1]} 天以上 {count(int((days > AGES[1]).sum()))} 项。"
    )


def followups_table(items: pd.DataFrame) -> pd.DataFrame:
    """followup_items under Chinese names."""
    return pd.DataFrame(
        {
            "状态": [state_label(row) for _, row in items.iterrows()],
            "事项": items["text"],
            "责任单位": items["unit_name"],
            "时限": [due_label(row) for _, row in items.iterrows()],
            "销号日期": [day_label(day) for day in items["closed_on"]],
            "责任岗位": items["owner_post"].fillna(MISSING),
            "来源": items["source_kind"].fillna(MISSING),
            "备注": [_remark(row) for _, row in items.iterrows()],
            "编号": [number_label(each) for each in items["action_id"]],
            "文件": items["file_name"],
            "工作表": items["source_sheet"],
            "行": items["source_row"],
            "提交岗位": items["uploaded_by"],
            "提交时间": moment_labels(items["uploaded_at"]),
            "批次": items["upload_id"],
        }
    )


def due_label(row: pd.Series) -> str:
    """The due date of an item, else what its cell says."""
    if not is_missing(row["due_on"]):
        return day_label(row["due_on"])
    return MISSING if is_missing(row["due_raw"]) else row["due_raw"]


def number_label(action_id: str) -> str:
    """The number of the ledger; one that was made because the ledger has none is no news."""
    return MISSING if action_id.startswith(MADE) else action_id


def state_label(row: pd.Series) -> str:
    """The state of an item with its days overdue. KeyError for a state that is none."""
    label = STATES[row["state"]]
    if row["state"] != "overdue":
        return label
    days = row["days_overdue"]
    return f"{label} {count(days)} 天" if days else f"{label}（月末当天到期）"


def _remark(row: pd.Series) -> str:
    parts = []
    if row["opened_again"]:
        day = row["closed_before_on"]
        before = "曾销号" if is_missing(day) else f"{day_label(day)}曾销号"
        parts = [f"返工：此前{before}，后来的台账又列为未结"]
    elif row["was_reopened"]:
        parts = ["返工"]
    if not is_missing(row["recurs_of"]):
        before = f"“{row['recurs_of_text']}”（{number_label(row['recurs_of'])}）"
        parts.append(f"同样问题{before}销号后又出现")
    return "；".join(parts)
