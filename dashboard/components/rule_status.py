"""规定动作: the rules in force, what each asks and shows in a month, and room for the 说明."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.addressed import addressed_select
from dashboard.components.confirmation import add_notice, show_notices
from dashboard.components.page import empty_state, error_note, source_note
from dashboard.components.progress import build_with_progress
from dashboard.components.source_choice import month_sources, source_choice
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from pipelines.domain.statements import Explanation
from pipelines.errors import AppError
from pipelines.rule_pack import RulePack, rule_pack_in_force
from pipelines.settings import Settings

RATES = ("rule_met_rate", "rule_explained_rate")
STATES = ("达标", "有说明", "未达标", "数据不足", "进行中")
SHAPES = {
    "达标": "● 达标",
    "有说明": "◆ 有说明",
    "未达标": "■ 未达标",
    "数据不足": "○ 数据不足",
    "进行中": "△ 进行中",
}
LISTED = {
    "label": "规则",
    "period_label": "周期",
    "unit_name": "支部",
    "unit_id": "支部代码",
    "parent_name": "上级组织",
    "required": "要求次数",
    "done": "台账次数",
    "state_label": "情况",
    "note": "备注",
    "explanation": "说明",
}
TEXT_LIMIT = 300


def subject_of(rule_id: str, unit_id: str, period: str) -> str:
    """What an explanation of a rule is about."""
    return f"rule:{rule_id}:{unit_id}:{period}"


def period_label(period: str) -> str:
    """2026-03 → 2026年3月, 2026-Q1 → 2026年第1季度, 2026 → 2026年."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return f"{year}年第{part[1:]}季度"
    return fmt.month_label(period) if part else f"{year}年"


def pack_frame(pack: RulePack) -> pd.DataFrame:
    """The rules in force with their source and validity; Chinese columns."""
    return pd.DataFrame(
        [
            {
                "规则": each.label,
                "周期": each.period,
                "要求": (
                    "各地不一，留空，不评"
                    if each.minimum is None
                    else f"{fmt.number(each.minimum)} {each.unit}"
                ),
                "一般": "一般" if each.normally else "",
                "依据": each.source,
                "条款": each.article,
                "生效": fmt.day_label(each.valid_from),
                "失效": fmt.day_label(each.valid_to),
                "把握": each.confidence,
                "版本": each.version,
                "来自": "本单位" if each.is_local else "默认",
            }
            for each in pack.rules
        ]
    )


def rule_pack_in_force_table(settings: Settings) -> None:
    """The rules in force; a bad own file is told and the default stays."""
    pack = rule_pack_in_force(settings)
    if pack.problem:
        error_note(pack.problem)
    frame = pack_frame(pack)
    table(frame, alt="现行的组织生活规则、依据和生效日期")
    csv_download(frame, file_stem="组织生活规则_现行")
    source_note(
        "本单位规则写在存储目录的本地规则文件里（文件名见使用说明，列与默认规则文件相同），"
        "自其生效日起替换同一规则；"
        f"现用 {pack.local_count} 条。改后重新汇总即生效。次数留空的规则不评。"
    )


def headline(month: str, status: pd.DataFrame) -> str:
    """How many judged rules are met in the periods that end in ``month``."""
    judged = status[status["state"].isin(["达标", "有说明", "未达标"])]
    if judged.empty:
        return f"{fmt.month_label(month)}没有到期的规定动作"
    counts = judged["state"].value_counts()
    met, said, open_ = (int(counts.get(each, 0)) for each in ("达标", "有说明", "未达标"))
    return (
        f"{fmt.month_label(month)}到期的规定动作 {fmt.count(len(judged))} 项（支部×规则）："
        f"达标 {fmt.count(met)}，有说明 {fmt.count(said)}，未达标 {fmt.count(open_)}"
    )


def summary(status: pd.DataFrame) -> pd.DataFrame:
    """One row a rule and period: branches it is for, and how many stand in each state."""
    rows = []
    for (label, period), part in status.groupby(["label", "period"], sort=False):
        counts = part["state"].value_counts()
        rows.append(
            {
                "规则": label,
                "周期": period_label(str(period)),
                "要求次数": part["required"].iloc[0],
                "支部": len(part),
                **{SHAPES[state]: int(counts.get(state, 0)) for state in STATES},
                "其中当期台账为空": int(part["is_silent"].sum()),
            }
        )
    return pd.DataFrame(rows)


def listed(status: pd.DataFrame) -> pd.DataFrame:
    """Branches below a rule, and those with a 说明; Chinese columns."""
    found = status[status["state"].isin(["未达标", "有说明"])]
    found = found.assign(
        period_label=found["period"].map(period_label),
        state_label=found["state"].map(SHAPES),
        note=found["is_silent"].map({True: "当期台账为空，可能没有报来", False: ""}),
    )
    return found[list(LISTED)].rename(columns=LISTED)


def rule_status() -> None:
    """The section: month, sentence, summary, branches below a rule, and their 说明."""
    show_notices()
    months = data.query("rule_months") if data.has_mart() else pd.DataFrame()
    if months.empty:
        empty_state(
            "还没有可评的规定动作：没有党组织名册，或党建活动台账还不满一个完整的周期。",
            "请到“上传入库”提交单位名册和党建活动台账。",
        )
        return
    listed_months = months["month"].tolist()
    month = addressed_select(
        "周期结束月份",
        listed_months,
        key="rule_month",
        param="month",
        default=listed_months[0],
        format_func=fmt.month_label,
    )
    status = data.query("rule_month", month=month)
    st.subheader(markdown(headline(month, status)), anchor=False)
    table(summary(status), alt=f"{fmt.month_label(month)}各规则的达标情况")
    source_note(
        "只数台账里的次数，不看质量；支部下设党小组单独登记的并入支部。周期内建立或撤销的支部不评，"
        "周期没有结束的列为进行中，整个台账从未出现的类型列为数据不足。"
    )
    source_choice(month_sources(RATES, month), month, key="rule_source")
    below = listed(status)
    if below.empty:
        return
    table(below, alt=f"{fmt.month_label(month)}没有达到次数的支部和说明")
    csv_download(below, file_stem=f"规定动作_{month}")
    _explain(status)


def _explain(status: pd.DataFrame) -> None:
    open_ = status[status["state"].isin(["未达标", "有说明"]) & status["normally"].astype(bool)]
    if open_.empty:
        return
    rows = [row for _, row in open_.iterrows()]
    at = st.selectbox(
        "写说明（“一般”类规则允许有正当例外）",
        range(len(rows)),
        index=None,
        format_func=lambda at: _name(rows[at]),
        key="rule_explained",
        placeholder="选一个支部和规则",
    )
    if at is not None:
        _form(rows[at])


def _name(row: pd.Series) -> str:
    said = "（已有说明）" if row["state"] == "有说明" else ""
    return f"{row['unit_name']}　{row['label']}　{period_label(row['period'])}{said}"


def _form(row: pd.Series) -> None:
    subject = subject_of(row["rule_id"], row["unit_id"], row["period"])
    said = row["explanation"] if isinstance(row["explanation"], str) else ""
    text = st.text_area(
        "说明",
        value=said,
        max_chars=TEXT_LIMIT,
        key=f"rule_text_{subject}",
        placeholder="例如：支部党员在外轮训，次月补开，见支部会议计划",
        help="写事实和凭据，不写姓名。清空后保存即撤回。",
    ).strip()
    by = st.text_input(
        "说明人岗位",
        key="rule_by",
        max_chars=40,
        placeholder="例如：一支部组织委员（填岗位，不填姓名）",
    ).strip()
    if not by:
        st.caption("填写说明人岗位后可以保存。")
    idle = not by or text == said
    if st.button("保存说明", key=f"rule_save_{subject}", type="primary", disabled=idle):
        _save(Explanation(subject=subject, unit_id=row["unit_id"], text=text), by)


def _save(made: Explanation, by: str) -> None:
    try:
        data.desk().state([made], by=by)
        build_with_progress("说明已保存，正在更新各页…")
    except AppError as error:
        error_note(error)
        return
    add_notice("说明已保存，各页已更新。" if made.text else "说明已撤回，各页已更新。")
    st.rerun()
