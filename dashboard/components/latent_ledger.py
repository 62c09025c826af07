"""潜绩台账: the promises by due date, their verdicts with evidence, and a form for a new one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.claim_form import claim_form
from dashboard.components.confirmation import show_notices
from dashboard.components.figure import heading
from dashboard.components.latent_place import Place
from dashboard.components.page import empty_state, source_note
from dashboard.components.page_way import page_way
from dashboard.components.sources import as_of as build_said
from dashboard.components.tables import csv_download
from dashboard.components.trace import source_rows
from dashboard.escape import markdown
from dashboard.format import MISSING, month_label
from dashboard.ledger import (
    SHAPES,
    claims_of,
    evidence_lines,
    judged,
    ledger_sentence,
    ledger_table,
    of_units,
    rate_words,
)
from pipelines.analysis.claims import PRE_MONTHS, verdicts
from pipelines.analysis.inputs import signed_kpis
from pipelines.domain.months import shift

METHOD = (
    "判断由验证指标得出：窗口内的平均数，与按本单位此前 12 个月走势和可比单位得出的预期相比，"
    "取 95% 区间。写明数值的承诺还要达到该数值。兑现率 = 已兑现 ÷（已兑现 + 未兑现）。"
    "同向变化不等于因果；责任到岗位，不到个人。"
)
WIDTHS = {  # px; verdict and reason stand beside each other on a desk, long texts wrap
    "到期日": 118, "判断": 90, "单位": 110, "作用机制": 100, "验证指标": 80, "承诺": 107,
    "比预期改善": 165, "依据": 205,
}  # fmt: skip
ROW_HEIGHT, HEAD, ROWS_SHOWN = 76, 38, 6  # px; text wraps from twice the usual height on
ROWS = {
    "unit_name": "单位",
    "month": "月份",
    "actual": "实际",
    "target": "目标",
}


def latent_ledger(place: Place) -> None:
    """The section as known at the end of the month, for the chosen units."""
    st.header("潜绩台账", anchor="ledger")
    show_notices()
    ledger, here = _held(place)
    if ledger.empty:
        empty_state(
            "还没有潜绩承诺。",
            "可以在下面登记一条，或到“上传入库”提交潜绩台账（承诺编号、单位、作用机制、验证指标、窗口、到期日）。",
        )
    elif here.empty:
        empty_state(f"{place.who}没有潜绩承诺。", f"全部单位有 {len(ledger)} 项，请换一个范围。")
    else:
        _shown(here, place)
    page_way("到“上传入库”导入潜绩台账", "upload", key="ledger_to_upload")
    claim_form()


def kept_promises(place: Place) -> None:
    """兑现率 of the due promises of the chosen units, to stand beside the axis."""
    _, here = _held(place)
    told = rate_words(here) if len(here) else "没有登记的潜绩承诺"
    st.markdown(f"**潜绩承诺**（{markdown(place.who)}）：{markdown(told)}。见下方潜绩台账。")


def _held(place: Place) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The whole ledger, and what of it belongs to the chosen units."""
    ledger = data.memo("latent_ledger", lambda: _ledger(place.month), month=place.month)
    return ledger, of_units(ledger, data.query("latent_claim_units"), place.units)


def _ledger(month: str) -> pd.DataFrame:
    listed, reached = data.query("latent_claims"), data.query("latent_claim_units")
    found = verdicts(claims_of(listed, reached), _verifying(), as_of=month)
    return judged(listed, found, reached)


def _verifying() -> pd.DataFrame:
    """The KPIs of all claims, signed; the same for every month."""
    return data.memo(
        "verifying_kpis",
        lambda: signed_kpis(data.query("latent_claim_kpis"), data.query("kpis")),
    )


def _shown(ledger: pd.DataFrame, place: Place) -> None:
    month = place.month
    heading(f"截至{month_label(month)}，{place.who}共 {ledger_sentence(ledger)}", METHOD)
    words = st.multiselect(
        "只看", list(SHAPES), format_func=SHAPES.get, key="verdict", bind="query-params",
        placeholder="全部判断",
    )  # fmt: skip
    chosen = ledger[ledger["verdict"].isin(words)] if words else ledger
    shown = ledger_table(chosen)
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=MISSING,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * max(1, min(len(shown), ROWS_SHOWN)) + HEAD,
        column_config={name: st.column_config.Column(width=size) for name, size in WIDTHS.items()},
        alt=f"{len(shown)} 项潜绩承诺，按到期日排列",
    )
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
    st.markdown(f"口径：验证指标在窗口内的走势是否兑现承诺。\n\n算法：{markdown(METHOD)}")
    for line in evidence_lines(row):
        st.markdown(markdown(line))
    st.caption(
        markdown(
            f"承诺来自 {row['file_name']} 第 {row['source_row']} 行，批次 {row['upload_id']}。"
        )
    )
    if not isinstance(row["unit_id"], str) or not isinstance(row["kpi_id"], str):
        return
    found = _rows(row, month)
    if found.empty:
        empty_state("没有这个指标的数。", "请核对业务指标月报里该单位有没有这个指标。")
        return
    shown = found[list(ROWS)].rename(columns=ROWS)
    shown["月份"] = [month_label(each) for each in shown["月份"]]
    alt = f"{claim_id} 的验证指标，窗口前 {PRE_MONTHS} 个月和窗口内"
    source_rows(found, shown, stem=f"claim_{claim_id}", alt=alt)


def _rows(row: pd.Series, month: str) -> pd.DataFrame:
    """The figures of every administrative unit that the claim is judged by."""
    reached = data.query("latent_claim_units")
    units = reached.loc[reached["claim_id"] == row["claim_id"], ["unit_id", "unit_name"]]
    frames = [
        data.query(
            "latent_claim_rows",
            unit_id=unit_id,
            kpi_id=row["kpi_id"],
            first=shift(row["window_start"], -PRE_MONTHS),
            last=min(row["window_end"], month),
        ).assign(unit_name=name)
        for unit_id, name in units.drop_duplicates().itertuples(index=False)
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(ROWS))
