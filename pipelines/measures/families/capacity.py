"""Measures of the people who do party work: counts by unit and month, never persons."""

from pipelines.domain.measures import Additivity, Measure

_FACTS = "model.capacity_facts"
_LOWEST = "上级与下级同报时只取下级，不重复计。"

MEASURES = (
    Measure(
        id="full_time_rate",
        label="专职比例",
        definition="专职党务人数占在岗人数的比重。" + _LOWEST,
        formula="Σ 专职党务人数 ÷ Σ 在岗人数",
        not_told="兼职不在内；没有全国统一的达标线，不作判断。",
        unit="%",
        polarity=0,
        additivity=Additivity.RATIO,
        counted=("人", "人"),
        facts=_FACTS,
        numerator="full_time_officers",
        denominator="staff",
        where="not is_covered and staff > 0",
    ),
    Measure(
        id="training_hours_per_member",
        label="人均学时",
        definition="当月党员集中培训学时除以党员数。" + _LOWEST,
        formula="Σ 培训学时 ÷ Σ 党员数",
        not_told="只说明时长，不说明学了什么；单月高低受安排影响，宜看本年进度。",
        unit="小时",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("小时", "人"),
        facts=_FACTS,
        numerator="training_hours",
        denominator="members",
        where="not is_covered and members > 0",
    ),
    Measure(
        id="training_progress",
        label="本年学时进度",
        definition=(
            "本年到当月的培训学时，与规则库中党员每年应有学时按已报月数折算之比；100% 为跟上进度。"
            + _LOWEST
        ),
        formula="Σ 本年累计学时 ÷ Σ（各已报月的党员数 × 每年应有学时 ÷ 12）",
        not_told=(
            "按单位的总学时折算，不说明每名党员是否达到；规则按年要求，年中低于 100% 不是未达标；"
            "没有报学时的月份不在内。"
        ),
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("小时", "小时"),
        facts=_FACTS,
        numerator="hours_this_year",
        denominator="hours_due_this_year",
        where="not is_covered and hours_due_this_year > 0",
    ),
    Measure(
        id="backbone_to_member_rate",
        label="骨干发展为党员占比",
        definition="当月由骨干发展为党员的人数占党员数的比重（双向培养之一）。" + _LOWEST,
        formula="Σ 骨干发展为党员数 ÷ Σ 党员数",
        not_told="发展按计划和程序进行，单月数小，宜看全年；不说明培养的质量。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("人", "人"),
        facts=_FACTS,
        numerator="backbone_to_member",
        denominator="members",
        where="not is_covered and members > 0",
    ),
    Measure(
        id="member_to_backbone_rate",
        label="党员成长为骨干占比",
        definition="当月成长为骨干的党员人数占党员数的比重（双向培养之二）。" + _LOWEST,
        formula="Σ 党员成长为骨干数 ÷ Σ 党员数",
        not_told="谁是骨干由各单位认定，口径可能不同；单月数小，宜看全年。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("人", "人"),
        facts=_FACTS,
        numerator="member_to_backbone",
        denominator="members",
        where="not is_covered and members > 0",
    ),
)
