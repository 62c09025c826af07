"""潜绩台账: the promises by due date, their verdicts with evidence, and a form for a new one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.claim_form import claim_form
from dashboard.components.confirmation import show_notices
from dashboard.components.figure import heading
from dashboard.components.page import empty_state, source_note
from dashboard.components.sources import as_of as build_said
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.ledger import (
    SHAPES,
    claims_of,
    evidence_lines,
    judged,
    ledger_sentence,
    ledger_table,
)
from pipelines.analysis.claims import PRE_MONTHS, verdicts
from pipelines.analysis.inputs import signed_kpis
from pipelines.domain.months import shift

METHOD = (
    "判断由验证指标得出：窗口内的平均数，与按本单位此前 12 个月走势和可比单位得出的预期相比，"
    "取 95% 区间。写明数值的承诺还要达到该数值。兑现率 = 已兑现 ÷（已兑现 + 未兑现）。"
    "同向变化不等于因果；责任到岗位，不到个人。"
)
ROWS = {
    "month": "月份",
    "actual": "实际",
    "target": "目标",
    "file_name": "文件",
    "sheet": "工作表",
    "source_row": "行",
    "uploaded_by": "提交岗位",
    "upload_id": "批次",
}


def latent_ledger(month: str) -> None:
    """The section as known at the end of ``month``."""
    st.header("潜绩台账", anchor="ledger")
    show_notices()
    ledger = data.memo("latent_ledger", lambda: _ledger(month), month=month)
    if ledger.empty:
        empty_state(
            "还没有潜绩承诺。",
            "可以在下面登记一条，或到“上传入库”提交潜绩台账（承诺编号、单位、作用机制、验证指标、窗口、到期日）。",
        )
    else:
        _shown(ledger, month)
    claim_form()


def _ledger(month: str) -> pd.DataFrame:
    listed = data.query("latent_claims")
    kpis = signed_kpis(data.query("kpi_unit_month"), data.query("kpis"))
    return judged(listed, verdicts(claims_of(listed), kpis, as_of=month))


def _shown(ledger: pd.DataFrame, month: str) -> None:
    heading(f"截至{month_label(month)}，{ledger_sentence(ledger)}", METHOD)
    words = st.multiselect(
        "只看", list(SHAPES), format_func=SHAPES.get, key="verdict", bind="query-params",
        placeholder="全部判断",
    )  # fmt: skip
    chosen = ledger[ledger["verdict"].isin(words)] if words else ledger
    shown = ledger_table(chosen)
    table(shown, alt=f"{len(shown)} 项潜绩承诺，按到期日排列")
    csv_download(shown, file_stem=f"潜绩台账_{month}")
    names = {
        row["claim_id"]: f"{row['claim_id']}　{row['unit_name']}　{row['mechanism']}"
        for _, row in chosen.iterrows()
    }
    picked = st.selectbox(
        "看一项的依据", list(names), index=None, format_func=names.get, key="claim",
        placeholder="选一项承诺",
    )  # fmt: skip
    if picked is not None and st.button("从哪来", key="claim_evidence"):
        show_evidence(picked, month)
    source_note(f"来源：潜绩台账、业务指标月报、指标库；{build_said()}。")


@st.dialog("从哪来", width="large")
def show_evidence(claim_id: str, month: str) -> None:
    """The verdict, its figures, and the rows of the verifying KPI with their files."""
    ledger = data.memo("latent_ledger", lambda: _ledger(month), month=month)
    row = ledger.set_index("claim_id", drop=False).loc[claim_id]
    st.markdown(f"**{markdown(row['unit_name'])} · {markdown(row['kpi_name'])}**")
    for line in evidence_lines(row):
        st.markdown(markdown(line))
    st.caption(
        markdown(
            f"承诺来自 {row['file_name']} 第 {row['source_row']} 行，批次 {row['upload_id']}。"
        )
    )
    if not isinstance(row["unit_id"], str) or not isinstance(row["kpi_id"], str):
        return
    found = data.query(
        "latent_claim_rows",
        unit_id=row["unit_id"],
        kpi_id=row["kpi_id"],
        first=shift(row["window_start"], -PRE_MONTHS),
        last=min(row["window_end"], month),
    )
    if found.empty:
        empty_state("没有这个指标的数。", "请核对业务指标月报里该单位有没有这个指标。")
        return
    shown = found[list(ROWS)].rename(columns=ROWS)
    st.dataframe(shown, hide_index=True, alt=f"{claim_id} 的验证指标，窗口前 12 个月和窗口内")
    csv_download(shown, file_stem=f"claim_{claim_id}")
