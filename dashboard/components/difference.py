"""Step 5: what the file adds, changes, leaves and no longer has, against what is accepted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components.reading import choices_of, choose
from dashboard.escape import markdown
from pipelines.intake.inspection import Difference, Inspection

_COUNTS = ["新增", "修改", "不变", "文件里没有"]


def difference(inspection: Inspection) -> str:
    """The four totals; what the file does not hold is gone only when it replaces."""
    found = inspection.difference
    others = "消失" if inspection.choices.replaces else "文件里没有、仍保留"
    return (
        f"新增 {fmt.count(found.new)} 行 · 修改 {fmt.count(found.changed)} 行"
        f" · 不变 {fmt.count(found.unchanged)} 行 · {others} {fmt.count(found.vanished)} 行"
    )


def difference_step(inspection: Inspection, *, digest: str) -> None:
    """How the file counts, the counts by unit and month, changes, vanished rows."""
    found = inspection.difference
    if found.changed or found.unchanged or found.vanished:
        _replaces(found, digest)
    _scopes(found)
    _changes(found)
    _vanished(found, replaces=inspection.choices.replaces)


def _replaces(found: Difference, digest: str) -> None:
    labels = {
        False: "补充：文件里没有的行保留",
        True: f"更正：同一单位同一月份以本文件为准，消失的 {fmt.count(found.vanished)} 行不再计入",
    }
    made = choices_of(digest).replaces
    key = f"replaces_{digest}_{made}"
    st.radio(
        "这个文件怎样计入",
        list(labels),
        index=int(made),
        format_func=labels.get,
        key=key,
        on_change=lambda: choose(digest, replaces=st.session_state[key]),
    )


def _scopes(found: Difference) -> None:
    if not found.by_scope:
        return
    frame = pd.DataFrame(found.by_scope, columns=["单位", "月份", *_COUNTS])
    frame["月份"] = frame["月份"].map(_month)
    empty = [name for name in ("单位", "月份") if not frame[name].astype(bool).any()]
    st.dataframe(
        frame.drop(columns=empty),
        hide_index=True,
        alt="各单位各月的行：新增、修改、不变、文件里没有",
    )
    if found.scopes > len(found.by_scope):
        st.caption(
            f"只列出前 {fmt.count(len(found.by_scope))} 组，共 {fmt.count(found.scopes)} 组。"
        )


def _month(month: str) -> str:
    """A record without a date has a dash in place of its month."""
    return fmt.month_label(month) if month.count("-") == 1 else month


def _changes(found: Difference) -> None:
    if not found.changes:
        st.caption("没有改动已入库的值。")
        return
    rows = [
        {"行": each.key, "列": each.column, "原值": each.old, "新值": each.new}
        for each in found.changes
    ]
    st.caption("改动的值：")
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="改动的值，原值和新值")
    changed_rows = len({each.key for each in found.changes})
    if found.changed > changed_rows:
        st.caption(f"只列出前 {len(rows)} 处，共 {fmt.count(found.changed)} 行有改动。")


def _vanished(found: Difference, *, replaces: bool) -> None:
    if not found.vanished:
        return
    verb = "入库后不再计入" if replaces else "仍然保留"
    st.caption(markdown(f"已入库、这个文件里没有的 {fmt.count(found.vanished)} 行，{verb}："))
    st.dataframe(pd.DataFrame({"行": list(found.vanished_keys)}), hide_index=True, alt="消失的行")
    if found.vanished > len(found.vanished_keys):
        st.caption(f"只列出前 {fmt.count(len(found.vanished_keys))} 行。")
