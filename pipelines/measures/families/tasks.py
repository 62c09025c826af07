"""Measures of key tasks: the distance of party steps from business steps, and phase coverage."""

from pipelines.domain.measures import Additivity, Measure

_STEPS = "model.task_step_facts"
_PHASES = "model.task_phase_facts"

MEASURES = (
    Measure(
        id="step_gap_days",
        label="同步天数（中位）",
        definition="当月业务完成的步骤，从业务日期到党建日期的天数，分早晚取中位数；早为党建在前。",
        formula="中位数（党建日期 − 业务日期）",
        not_told="党建一侧没有做的步骤没有天数，要看步骤同步率；有正有负时中位数会靠近 0。"
        "日期接近不说明内容结合。",
        unit="天",
        polarity=0,
        additivity=Additivity.MEDIAN,
        sides=("早", "同日", "晚"),
        facts=_STEPS,
        numerator="gap_days",
        part="step",
    ),
    Measure(
        id="step_in_time_rate",
        label="步骤同步率",
        definition="当月业务完成的步骤中，党建一侧前后 7 天内（天数见规则表）也完成的比重。",
        formula="前后 7 天内都完成的步骤 ÷ 业务完成的步骤",
        not_told="日期接近不说明内容结合；7 天是内部约定。刚完成、期限未到而党建未做的暂不计入。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("个步骤", "个步骤"),
        facts=_STEPS,
        numerator="is_in_time",
        denominator="1",
        part="step",
    ),
    Measure(
        id="phase_coverage_rate",
        label="阶段覆盖",
        definition="重点任务按起止日期分前、中、后三段，当月结束的段里有党建工作记录"
        "（党建步骤完成，或经人确认挂接到任务的活动）的比重。",
        formula="有党建工作的段 ÷ 当月结束的段",
        not_told="没有起止日期的任务分不了段；系统建议而未确认的挂接不算；"
        "有一条记录就算覆盖，不说明做了多少、好不好。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("段", "段"),
        facts=_PHASES,
        numerator="is_covered",
        denominator="1",
    ),
)
