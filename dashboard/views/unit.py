"""单位画像: one unit in both trees with its figures, KPIs, follow-ups and key tasks."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header, source_note
from dashboard.components.assessment_way import unit_assessment
from dashboard.components.controls import month_select
from dashboard.components.followups import followups
from dashboard.components.sources import as_of
from dashboard.components.task_lights import task_lights
from dashboard.components.unit_choice import unit_select
from dashboard.components.unit_history import (
    History,
    absence,
    history_of,
    name_in,
    scope_note,
    unit_history,
)
from dashboard.components.unit_places import places
from dashboard.components.unit_profile import (
    BELOW,
    BESIDE,
    finding,
    relations_of,
    unit_kpis,
    unit_measures,
)
from dashboard.escape import markdown
from pipelines.domain.months import last_day, month_of

PAGE = Page(title="单位画像", group="看", order=40, url_path="unit")


def render() -> None:
    """The page."""
    months = data.query("months") if data.has_mart() else pd.DataFrame()
    units = data.query("units") if data.has_mart() else pd.DataFrame()
    if months.empty or units.empty:
        page_header("单位画像")
        empty_state(
            "还没有可看的单位：没有已入库的单位名册和业务指标月报。",
            "请到“上传入库”依次提交单位名册、组织对照、指标库和业务指标月报。",
        )
        return
    head = st.container()
    left, right = st.columns(2)
    with left:
        unit_id = unit_select(units)
    with right:
        month = month_select(months)
    relations = relations_of(unit_id, month)
    history = history_of(unit_id, months["month"])
    name = name_in(history, month, units.set_index("unit_id").loc[unit_id, "unit_name"])
    with head:
        page_header(
            finding(name, unit_id, relations, month, absence(history, month)),
            f"含下级；督办和任务另列组织对照单位的，并注明关系。截至 {as_of()}。",
        )
    _sections(unit_id, name, relations, month, history)


def _sections(
    unit_id: str, name: str, relations: dict[str, str], month: str, history: History
) -> None:
    absent = absence(history, month)
    st.header("在两棵组织树里的位置", anchor="places")
    places(unit_id, month, absent)
    unit_history(history, unit_id, month)
    st.header("融合链上的数字", anchor="measures")
    scope_note(unit_id, month)
    unit_measures(unit_id, month, absent)
    st.header("业务指标", anchor="kpis")
    _kpis(unit_id, name, relations, month, history)
    unit_assessment([unit_id, *(each for each in relations if relations[each] == BESIDE)], month)
    st.header("督办整改", anchor="followups")
    followups(month, relations)
    st.header("重点任务", anchor="tasks")
    task_lights(month, relations)
    source_note(
        f"来源：单位名册、组织对照、业务指标月报、大事记、一表双考打分、督办整改台账、重点任务；{as_of()}。"
    )


def _kpis(unit_id: str, name: str, relations: dict[str, str], month: str, history: History) -> None:
    """KPIs of the unit, or of the unit beside it that reports them."""
    if month < month_of(history.first_on):
        empty_state(f"本单位 {absence(history, month)}，没有指标。", "请换成立以后的月份。")
        return
    reporting = set(data.query("unit_reporting")["unit_id"])
    beside = [each for each in relations if relations[each] == BESIDE and each in reporting]
    shown = unit_id if unit_id in reporting else next(iter(beside), None)
    if shown is None:
        below = sum(relations[each] == BELOW for each in reporting & set(relations))
        empty_state(
            f"{name}没有直接上报的业务指标。",
            f"下级有 {below} 个单位上报，请在上面选择下级单位查看。"
            if below
            else "请核对业务指标月报和组织对照。",
        )
        return
    if shown != unit_id:
        partners = data.query("units", day=last_day(month)).set_index("unit_id")
        partner = partners.loc[shown, "unit_name"]
        st.caption(markdown(f"{name}不直接上报指标，以下为组织对照单位“{partner}”的。"))
    unit_kpis(shown, month)
