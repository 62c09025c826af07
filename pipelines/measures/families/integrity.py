"""Measures of the integrity of the party activity log."""

from pipelines.domain.measures import Additivity, Measure

_FACTS = "model.integrity_facts"

MEASURES = (
    Measure(
        id="integrity_finding_rate",
        label="有核对线索的记录占比",
        definition="当月活动中，补录、倒签、突击、雷同、套开、人数矛盾任一项有线索的记录的比重。",
        formula="有线索的活动 ÷ 活动",
        not_told="线索等单位核对，不是结论；痕迹无结果不在内。",
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("次", "次"),
        facts=_FACTS,
        numerator="has_finding",
        denominator="1",
    ),
    Measure(
        id="integrity_explained_rate",
        label="核对线索说明占比",
        definition="有核对线索的活动中，每条线索都已有单位说明的比重。",
        formula="线索均有说明的活动 ÷ 有线索的活动",
        not_told="有说明不等于说明成立；没有说明不等于有问题。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("次", "次"),
        facts=_FACTS,
        numerator="is_explained",
        denominator="has_finding",
        where="has_finding = 1",
    ),
)
