"""Measures of the party activity log and of plans."""

from pipelines.domain.measures import Additivity, Measure

_FACTS = "model.activity_facts"
_PLANS = "model.plan_facts"

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
        definition="举办后超过补录时限（默认 5 天，约合 3 个工作日；阈值见“数据质量”）才登记的活动"
        "占有登记时间的活动的比重。",
        formula="超过时限才登记的活动 ÷ 有登记时间的活动",
        not_told="登记晚不等于没有举办；没有登记时间的活动不在内。",
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("次", "次"),
        facts=_FACTS,
        numerator="is_late",
        denominator="1",
        where="recorded_at is not null",
    ),
    Measure(
        id="leave_rate",
        label="请假率",
        definition="活动请假（缺席）人次占应到人次的比重。",
        formula="Σ 请假人数 ÷ Σ 应到人数",
        not_told="不说明谁请假、该不该请；没有填应到或请假、请假多于应到的活动不在内。",
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("人次", "人次"),
        facts=_FACTS,
        numerator="leave_count",
        denominator="due_count",
        where="due_count > 0 and leave_count between 0 and due_count",
    ),
    Measure(
        id="business_leave_rate",
        label="因业务请假占比",
        definition=(
            "请假原因属业务（出差、值班、生产任务等，按请假原因词表）的人次"
            "占原因能辨认的请假人次的比重。"
        ),
        formula="业务原因的请假人数 ÷ 原因能辨认的请假人数",
        not_told=(
            "高说明活动与业务时间相撞，不说明哪一边该让；没有写原因、写法不在词表、"
            "同时写了两类原因的不在内。"
        ),
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("人次", "人次"),
        facts=_FACTS,
        numerator="case when leave_kind = '业务' then leave_count else 0 end",
        denominator="leave_count",
        where=("leave_kind is not null and due_count > 0 and leave_count between 1 and due_count"),
    ),
    Measure(
        id="trace_ratio",
        label="痕实比",
        definition=(
            "留痕的活动与有实的活动之比。有实：形式为研讨、实践、志愿，并写了结果；"
            "留痕：形式为读文件、观影，或没有写结果。形式归哪类按活动形式词表。"
        ),
        formula="留痕的活动次数 ÷ 有实的活动次数",
        not_told=(
            "只看形式和有没有写结果，不判断结果写得实不实；没有写结果不等于没有结果；"
            "没有填形式或形式不在表中的活动不在内；一次有实的都没有时不计算。"
        ),
        unit="倍",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("次", "次"),
        facts=_FACTS,
        numerator="case when form_sense = '实' and has_result then 0 else 1 end",
        denominator="case when form_sense = '实' and has_result then 1 else 0 end",
        where="form_sense is not null",
    ),
    Measure(
        id="plan_late_rate",
        label="计划延期率",
        definition="当月到期的计划事项中，过了计划日期才完成、或到月末仍未完成的比重。",
        formula="延期的事项数 ÷ 当月到期的事项数；没有写计划日期的按计划月份的最后一天",
        not_told="延期的原因不在内；数据还没有覆盖到月末的月份不判断。",
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("项", "项"),
        facts=_PLANS,
        numerator="is_late",
        denominator="1",
        where="is_late is not null",
    ),
    Measure(
        id="plan_days_late",
        label="计划延期天数（中位）",
        definition="当月到期、过了计划日期才完成的事项，晚了多少天的中位数。",
        formula="中位数（完成日期 − 计划日期）",
        not_told="没有完成的事项没有天数，不在内；按期完成的也不在内。",
        unit="天",
        polarity=-1,
        additivity=Additivity.MEDIAN,
        facts=_PLANS,
        numerator="days_late",
    ),
)
