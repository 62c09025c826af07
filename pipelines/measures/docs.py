"""The text of docs/measures.md: what every registered measure means, from the registry alone."""

from __future__ import annotations

from pipelines.domain.catalog import datasets
from pipelines.domain.measures import ADDITIVITY_LABELS, Measure
from pipelines.measures.registry import measures
from pipelines.measures.rows import sources
from pipelines.settings import ROOT

PATH = ROOT / "docs" / "measures.md"
POLARITY_LABELS = {1: "越高越好", -1: "越低越好", 0: "不分高低"}
_OPENING = """# 口径：全部计算指标

由 `python -m pipelines.measures` 从 `pipelines/measures/families/` 生成，请勿手改。

每个数按单位和月份计算，包括这个单位和它当月的全部下级；`*` 是整棵组织树。上级属于谁、
组织对照是多少，都按当月的名册。一行的份额（行政单位按组织对照，其余为 1）乘进分子和分母。
每个数都能列出它的全部行，由这些行重算得到同一个数（`pipelines.measures.rows`）。
比率存为 0—1 的数，显示为 %。手工录入的行没有：所有数据都来自文件，这里不列“手工录入行数”。
"""


def text() -> str:
    """The whole document."""
    parts = [_OPENING, *(_entry(each) for each in measures().values())]
    return "\n".join(parts)


def _entry(measure: Measure) -> str:
    made_of = "、".join(datasets()[name].label for name in sources(measure.id))
    return f"""## {measure.label}

{measure.definition}

- 算法：{measure.formula}
- 不说明什么：{measure.not_told}
- 单位：{measure.unit}；{POLARITY_LABELS[measure.polarity]}
- 汇总：{ADDITIVITY_LABELS[measure.additivity]}
- 用到的数据：{made_of}
- 标识：`{measure.id}`，逐行在 `{measure.facts}`
"""
