"""Measures of business results against their targets."""

from pipelines.domain.measures import Additivity, Measure

_FACTS = "model.kpi_facts"
_COUNTED = "not is_placebo and not is_covered"
_JUDGED = f"{_COUNTED} and attainment_rate is not null"
_LOWEST = "上级与下级同报一个指标时只取下级，不重复计。"

MEASURES = (
    Measure(
        id="attainment_rate",
        label="达成率",
        definition=(
            "各指标达成率按指标库权重的平均，页面上也称达成指数（显绩）；越高越好、越低越好、区间最好各按其方向折算。"
            + _LOWEST
        ),
        formula="Σ（权重 × 限制在 0—150% 的达成率）÷ Σ 权重；没有填权重的按 1",
        not_told=(
            "没有目标、目标不大于 0 或没有定义的指标不在内，另见“未判断指标数”；"
            "越低越好而目标为 0 的在内：实际为 0 算 100%，大于 0 算 0；参照指标不计；"
            "指标不同的单位之间不宜比高低。"
        ),
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("份权重", "份权重"),
        facts=_FACTS,
        numerator="kpi_weight * limited_rate",
        denominator="kpi_weight",
        where=f"{_JUDGED} and kpi_weight > 0",
    ),
    Measure(
        id="kpi_met_rate",
        label="达标指标占比",
        definition="达成率不低于 100% 的指标数占能判断的指标数的比重。" + _LOWEST,
        formula="达成率 ≥ 100% 的指标数 ÷ 有达成率的指标数",
        not_told="差一点与差很多同样算未达标；权重不起作用；没有目标的不在内。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("项", "项"),
        facts=_FACTS,
        numerator="case when attainment_rate >= 1 then 1 else 0 end",
        denominator="1",
        where=_JUDGED,
    ),
    Measure(
        id="kpi_judged_count",
        label="有目标指标数",
        definition="当月能算出达成率的指标数，每个单位每个指标计一项。" + _LOWEST,
        formula="有达成率的行数",
        not_told="是分母的大小，不说明好坏。",
        unit="项",
        polarity=0,
        additivity=Additivity.SUM,
        facts=_FACTS,
        numerator="1",
        where=_JUDGED,
    ),
    Measure(
        id="kpi_unjudged_count",
        label="未判断指标数",
        definition="当月报了但算不出达成率的指标数：缺实际、缺目标、目标不大于 0"
        "（越低越好而目标为 0 的除外）或指标没有定义。",
        formula="没有达成率的行数（参照指标不计）",
        not_told="只说明没有判断，不说明没有完成。",
        unit="项",
        polarity=-1,
        additivity=Additivity.SUM,
        facts=_FACTS,
        numerator="1",
        where=f"{_COUNTED} and attainment_rate is null",
    ),
)
