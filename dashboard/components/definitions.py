"""Contracts, KPIs, rules and codes as tables in Chinese; the meaning of every derived figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dashboard import format as fmt
from expectations.registry import all_rules
from expectations.rules import Missing, Scope
from pipelines.domain.catalog import datasets
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind
from pipelines.domain.findings import SEVERITY_LABELS
from pipelines.domain.measures import ADDITIVITY_LABELS
from pipelines.measures import measures
from pipelines.measures.burden import burdens
from pipelines.measures.docs import POLARITY_LABELS
from pipelines.measures.rows import sources
from pipelines.reference import Vocabulary

KINDS = {
    Kind.CODE: "代码（原样保留）",
    Kind.TEXT: "文字",
    Kind.UNIT: "单位（代码、全称、简称均可）",
    Kind.VOCABULARY: "词表",
    Kind.INTEGER: "整数",
    Kind.NUMBER: "数字",
    Kind.RATE: "比率",
    Kind.DATE: "日期",
    Kind.TIMESTAMP: "日期和时间",
    Kind.MONTH: "月份",
    Kind.BOOLEAN: "是否",
}

UNCOLUMNED = {"due_word": "完成时限（没有日期的词）", "link_rejection": "否决挂接的理由"}
SCOPES = {Scope.ROW: "逐行", Scope.TABLE: "整表或跨表"}
MISSING = {
    Missing.SKIP: "有空格的行不检查",
    Missing.COUNT: "空格也算一个值",
    Missing.SOUGHT: "查的就是空格",
}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure that is not in the registry of measures: what it means, how it is computed, what
    may not be read into it."""

    label: str
    meaning: str
    formula: str
    limits: str


MEASURES = (
    Measure(
        label="单个指标的达成率",
        meaning="一个单位一个月一个指标离目标有多近；“达成率”（达成指数，显绩）由它们加权平均。",
        formula=(
            "越高越好：实际 ÷ 目标\n越低越好：2 − 实际 ÷ 目标\n"
            "区间最好：在区间内为 100%；低于下限为 实际 ÷ 下限；高于上限为 2 − 实际 ÷ 上限"
        ),
        limits=(
            "没有目标，或目标不大于 0 时不计算，显示为“—”，不按 0 处理。"
            "越低越好而目标为 0（如事故起数）：实际为 0 是 100%，大于 0 是 0。"
        ),
    ),
    Measure(
        label="活动存量（潜绩，情景口径）",
        meaning="近期和以往活动留下的积累，越早的活动计得越少。",
        formula="存量 = 上月存量 × 0.5^(1 ÷ 半衰期月数) + 当月活动次数（半衰期默认 6 个月）",
        limits=(
            "半衰期是约定，不是算出来的；与业务的先后关系未经检验。"
            "只作位置参考，不用于考核，也不与显绩合成一个分。"
        ),
    ),
    Measure(
        label="残差相关系数 r",
        meaning="扣除单位之间的长期差别和各月共同起伏之后，活动与指标是否同向变化。",
        formula=(
            "指标和活动各自减去单位均值与月份均值，按领先月数错开后求相关；95% 区间和样本数一并显示"
        ),
        limits="r 只说明同向变化，不说明谁引起谁；区间包含 0 的称为“看不出差别”。",
    ),
)


def measures_frame() -> pd.DataFrame:
    """Every registered measure, in the order of the registry."""
    return pd.DataFrame(
        [
            {
                "指标": each.label,
                "口径": each.definition,
                "算法": each.formula,
                "单位": each.unit,
                "汇总": ADDITIVITY_LABELS[each.additivity],
                "方向": POLARITY_LABELS[each.polarity],
                "不说明什么": each.not_told,
                "用到的数据": "、".join(datasets()[name].label for name in sources(each.id)),
                "标识": each.id,
            }
            for each in measures().values()
        ]
    )


def burden_frame() -> pd.DataFrame:
    """Columns asked, required and read of every dataset, and the labels of those unread."""
    return pd.DataFrame(
        [
            {
                "数据表": datasets()[each.dataset].label,
                "约定的列数": each.asked,
                "其中必填": each.required,
                "汇总用到": each.read,
                "没有用到的列": "、".join(
                    datasets()[each.dataset][name].label for name in each.unread
                ),
            }
            for each in burdens()
        ]
    )


def contract_frame(contract: Dataset, vocabularies: Mapping[str, Vocabulary]) -> pd.DataFrame:
    """One row per column of a dataset contract."""
    return pd.DataFrame(
        [
            {
                "列": each.label,
                "必填": "必填" if each.required else "",
                "类型": KINDS[each.kind],
                "允许的值": _allowed(each, vocabularies),
                "也认这些表头": "、".join(each.aliases),
                "标识": each.name,
            }
            for each in contract.fields
        ]
    )


def _allowed(field: Field, vocabularies: Mapping[str, Vocabulary]) -> str:
    if field.vocabulary in vocabularies:
        return "、".join(each.label for each in vocabularies[field.vocabulary].entries)
    low = None if field.minimum is None else f"不小于 {fmt.number(field.minimum)}"
    high = None if field.maximum is None else f"不大于 {fmt.number(field.maximum)}"
    return "，".join(each for each in (low, high) if each)


def kpi_frame(kpis: pd.DataFrame, vocabularies: Mapping[str, Vocabulary]) -> pd.DataFrame:
    """The KPI dictionary of the mart with codes as labels."""
    columns = {
        "kpi_id": "指标代码",
        "kpi_name": "指标",
        "unit_of_measure": "单位",
        "direction": "方向",
        "band": "区间",
        "aggregation": "汇总",
        "category": "类别",
        "tier": "层次",
        "weight": "权重",
        "weight_reason": "权重理由",
        "horizon": "显绩或潜绩",
        "valid_from": "生效",
    }
    found = kpis.assign(
        band=[_band(low, high) for low, high in _bands(kpis)],
        valid_from=[fmt.day_label(each) for each in pd.to_datetime(kpis["valid_from"])],
    )
    for name in ("direction", "aggregation", "tier", "horizon"):
        if name in vocabularies:
            found[name] = found[name].map(vocabularies[name].label_of, na_action="ignore")
    frame = found[list(columns)].rename(columns=columns)
    frame["指标"] += (
        found["is_placebo"].fillna(False).map({True: "（参照，不计入指数）", False: ""})
    )
    return frame


def _bands(kpis: pd.DataFrame) -> zip:
    return zip(kpis["band_low"], kpis["band_high"], strict=True)


def _band(low: float | None, high: float | None) -> str:
    if fmt.is_missing(low) and fmt.is_missing(high):
        return ""
    return f"{fmt.number(low)}—{fmt.number(high)}"


def rules_frame(dataset: str) -> pd.DataFrame:
    """The validation rules of a dataset, in the order they run."""
    return pd.DataFrame(
        [
            {
                "规则": each.label,
                "级别": SEVERITY_LABELS[each.severity],
                "范围": SCOPES[each.scope],
                "空格": MISSING[each.missing],
                "怎么改": each.how.removeprefix("{asked}"),
                "标识": each.id,
            }
            for each in all_rules(dataset)
        ],
        columns=["规则", "级别", "范围", "空格", "怎么改", "标识"],
    )


def vocabulary_frame(vocabularies: Mapping[str, Vocabulary]) -> pd.DataFrame:
    """Every allowed code with the spellings that mean it; a list is named after its columns."""
    used_in = UNCOLUMNED | {
        each.vocabulary: each.label
        for contract in datasets().values()
        for each in contract.fields
        if each.vocabulary
    }
    return pd.DataFrame(
        [
            {
                "词表": used_in.get(vocabulary.name, vocabulary.name),
                "含义": entry.label,
                "认得的写法": "、".join(entry.spellings),
                "代码": entry.code,
            }
            for vocabulary in vocabularies.values()
            for entry in vocabulary.entries
        ]
    )
