"""口径与规则: what every column, figure, rule and code means, and where it comes from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.catalog import Page
from dashboard.components import csv_download, empty_state, page_header, source_note, table
from dashboard.components import definitions as tables
from dashboard.components.addressed import addressed_select
from dashboard.components.measure_list import show_measures
from dashboard.components.rule_status import rule_pack_in_force_table, rule_status
from dashboard.components.step_vocabulary import show_step_vocabulary
from dashboard.server.services import services
from pipelines import reference
from pipelines.domain.catalog import datasets

PAGE = Page(title="口径与规则", group="数", order=40, url_path="definitions")

TABS = ("计算口径", "指标库", "数据表", "检查规则", "组织生活规则", "规定动作", "步骤词表", "词表")


def render() -> None:
    """The page."""
    page_header("口径与规则", "每个数怎么算、每一列是什么、按什么检查、依据哪一条。")
    shown = (
        show_measures,
        _kpis,
        _contracts,
        _checks,
        _rule_pack,
        rule_status,
        lambda: show_step_vocabulary(services().settings),
        _vocabularies,
    )
    for tab, show in zip(st.tabs(TABS, key="tab", bind="query-params"), shown, strict=True):
        if tab.open:
            with tab:
                show()


def _kpis() -> None:
    if not data.has_mart():
        empty_state("指标库还是空的", "到“上传入库”提交指标库文件，这里就会列出每个指标的口径。")
        return
    frame = tables.kpi_frame(data.query("kpis"), reference.vocabularies(services().settings))
    if frame.empty:
        empty_state("指标库还是空的", "到“上传入库”提交指标库文件，这里就会列出每个指标的口径。")
        return
    st.text(f"共 {len(frame)} 个指标，按提交的指标库中当前有效的版本。")
    _with_download(frame, alt="指标库", file_stem="指标库")


def _contracts() -> None:
    name = _chosen_dataset("contract_dataset")
    contract = datasets()[name]
    grain = "、".join(contract[each].label for each in contract.grain)
    st.text(f"唯一性：{grain} 相同的两行视为同一行，后提交的为准。")
    vocabularies = reference.vocabularies(services().settings)
    _with_download(
        tables.contract_frame(contract, vocabularies),
        alt=f"{contract.label}的列",
        file_stem=f"数据表_{contract.label}",
    )


def _checks() -> None:
    name = _chosen_dataset("rules_dataset")
    label = datasets()[name].label
    frame = tables.rules_frame(name)
    st.text(f"{label}共 {len(frame)} 条规则。“必须改”的行暂扣，其余照常入库并列出。")
    source_note("“整表或跨表”的规则要和已入库的数据比；要比的数据还没有时不检查，并在结果里写明。")
    _with_download(frame, alt=f"{label}的检查规则", file_stem=f"检查规则_{label}")


def _rule_pack() -> None:
    st.text("“一般”表示允许有正当例外，例外写说明后计为“有说明”。次数留空表示各地规定不一。")
    rule_pack_in_force_table(services().settings)


def _vocabularies() -> None:
    frame = tables.vocabulary_frame(reference.vocabularies(services().settings))
    st.text("文件里的写法按此表识别；表中没有的写法会报出来，不会自动归入“其他”。")
    _with_download(frame, alt="词表", file_stem="词表")


def _chosen_dataset(key: str) -> str:
    names = list(datasets())
    return addressed_select(
        "数据表",
        names,
        key=key,
        param="dataset",
        default="kpi_values",
        format_func=lambda name: datasets()[name].label,
    )


def _with_download(frame: pd.DataFrame, *, alt: str, file_stem: str) -> None:
    table(frame, alt=alt)
    csv_download(frame, file_stem=file_stem)
