"""A new latent claim typed in the app; it goes the same way as an uploaded file."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.confirmation import add_notice
from dashboard.components.page import error_note
from dashboard.components.progress import build_with_progress
from dashboard.escape import csv_bytes, markdown
from dashboard.format import month_label
from dashboard.server.services import services
from pipelines.domain.catalog import dataset
from pipelines.domain.months import month_of, month_range, shift
from pipelines.errors import AppError
from pipelines.intake.choices import Choices

MONTHS_AHEAD, MONTHS_BACK = 36, 12
NAME = "潜绩台账_登记_{}.csv"


def claim_form() -> None:
    """The folded form. What is wrong with the entry is said as for a file; undo is there too."""
    with st.expander("登记一条潜绩承诺"):
        st.caption(
            "登记的内容作为一行的潜绩台账，走与上传相同的检查和入库，可在“上传入库”撤销；"
            "同一编号再登记一次即为修改。责任只写岗位，不写姓名。"
        )
        units = data.query("units")
        kpis = data.query("kpis")
        kpis = kpis[~kpis["is_placebo"].fillna(False).astype(bool)]
        if units.empty or kpis.empty:
            st.info("请先在“上传入库”提交单位名册和指标库。")
            return
        row, by = _fields(units, kpis)
        missing = [dataset("latent_claims")[name].label for name in REQUIRED if not row[name]]
        if missing or not by:
            lacking = [*missing, *([] if by else ["登记人岗位"])]
            st.caption(markdown("还要填写：" + "、".join(lacking)))
        if st.button(
            "检查并入库", key="claim_save", type="primary", disabled=bool(missing) or not by
        ):
            _save(row, by)


REQUIRED = ("claim_id", "unit", "mechanism", "verifying_kpi", "window_start", "window_end")


def _fields(units: pd.DataFrame, kpis: pd.DataFrame) -> tuple[dict[str, str], str]:
    """The entry by field of the contract, and the post of who enters it."""
    unit_names = dict(zip(units["unit_id"], units["unit_name"], strict=True))
    kpi_names = dict(zip(kpis["kpi_id"], kpis["kpi_name"], strict=True))
    newest = data.query("months")["month"].max()
    months = month_range(shift(newest, -MONTHS_BACK), shift(newest, MONTHS_AHEAD))
    left, right = st.columns(2)
    with left:
        claim_id = st.text_input("承诺编号", max_chars=40, key="claim_id")
        unit = st.selectbox(
            "单位",
            list(unit_names),
            None,
            unit_names.get,
            key="claim_unit",
            placeholder="选一个单位",
        )
        kpi = st.selectbox(
            "验证指标",
            list(kpi_names),
            None,
            kpi_names.get,
            key="claim_kpi",
            placeholder="选一个指标",
        )
        start = st.selectbox("窗口起", months, MONTHS_BACK + 1, month_label, key="claim_start")
        end = st.selectbox("窗口止", months, MONTHS_BACK + 6, month_label, key="claim_end")
    with right:
        mechanism = st.text_input(
            "作用机制", max_chars=100, key="claim_mechanism", placeholder="例如：师带徒培养"
        )
        expected = st.text_input(
            "预期变化", max_chars=60, key="claim_expected", placeholder="例如：提高2个百分点"
        )
        post = st.text_input(
            "责任岗位", max_chars=40, key="claim_post", placeholder="填岗位，不填姓名"
        )
        note = st.text_input("备注", max_chars=200, key="claim_note")
        by = st.text_input(
            "登记人岗位", max_chars=40, key="claim_by", placeholder="例如：经营部分析员"
        ).strip()
    row = {
        "claim_id": claim_id.strip(),
        "unit": unit or "",
        "mechanism": mechanism.strip(),
        "verifying_kpi": kpi or "",
        "expected_change": expected.strip(),
        "window_start": start,
        "window_end": end,
        "due_on": _due(end).isoformat(),
        "owner_post": post.strip(),
        "note": note.strip(),
    }
    return row, by


def _due(window_end: str) -> date:
    """The fifteenth of the month after the window, when its figures have been reported."""
    year, month = map(int, shift(window_end, 1).split("-"))
    return date(year, month, 15)


def claim_file(row: dict[str, str]) -> bytes:
    """The entry as the file that a unit would hand in: one row under the contract's labels."""
    contract = dataset("latent_claims")
    return csv_bytes(pd.DataFrame([{contract[name].label: value for name, value in row.items()}]))


def _save(row: dict[str, str], by: str) -> None:
    if not services().validator.ready:
        st.info("检查程序正在启动，约需十几秒，请稍后再按一次。")
        return
    name = NAME.format(month_of(_due(row["window_end"])))
    try:
        inspection = data.desk().inspect(name, claim_file(row), Choices(dataset="latent_claims"))
        if inspection.refusal or inspection.held_back:
            for finding in inspection.findings:
                error_note(f"{finding.column or ''}：{finding.why}。{finding.how}")
            if inspection.refusal:
                error_note(inspection.refusal)
            return
        data.desk().accept(inspection, by=by)
        build_with_progress("已保存，正在更新各页…")
    except AppError as error:
        error_note(error)
        return
    add_notice(f"承诺 {row['claim_id']} 已入库，可在“上传入库”撤销。")
    for finding in inspection.findings:
        add_notice(f"请核对：{finding.why}。{finding.how}")
    st.rerun()
