"""Measures of the party activity log."""

from pipelines.domain.measures import Additivity, Measure

_FACTS = "model.activity_facts"

MEASURES = (
    Measure(
        id="activity_count",
        label="党建活动次数",
        definition="当月举办的党建活动，行政单位按组织对照的份额计。",
        formula="Σ 份额",
        not_told="次数多少不说明成效，不作排名，只作其他数的分母。",
        unit="次",
        polarity=0,
        additivity=Additivity.SUM,
        facts=_FACTS,
        numerator="1",
    ),
    Measure(
        id="late_record_rate",
        label="补录占比",
        definition="举办 5 天以后才登记的活动（约合 3 个工作日）占有登记时间的活动的比重。",
        formula="举办 5 天以后登记的活动 ÷ 有登记时间的活动",
        not_told="登记晚不等于没有举办；没有登记时间的活动不在内。",
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        facts=_FACTS,
        numerator="is_late",
        denominator="1",
        where="recorded_at is not null",
    ),
)
