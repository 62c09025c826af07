"""Measures of the fusion chain's first link: activity to KPI, key task or carrier."""

from pipelines.domain.measures import Additivity, Measure

WEAK_BELOW = 0.9  # attainment
BUSY_FROM = 3  # linked activities in three months
MOVED_BY = 0.01  # one percentage point of attainment
_FACTS = "model.link_facts"
_FOLLOWED = "model.followed_facts"
_SHOWN = "活动按举办时的归属计，行政单位按组织对照的份额计"

MEASURES = (
    Measure(
        id="link_rate_confirmed",
        label="挂接率（已确认）",
        definition=f"由人确认挂接到指标、重点任务或载体的活动占全部活动的比重，{_SHOWN}。",
        formula="有已确认挂接的活动 ÷ 全部活动",
        not_told="没有确认不等于没有关系；挂接只说明内容有关，不说明成效。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("次", "次"),
        facts=_FACTS,
        numerator="case when link_state = 'confirmed' then 1 else 0 end",
        denominator="1",
    ),
    Measure(
        id="link_rate_suggested",
        label="挂接率（含系统建议）",
        definition=f"已确认或有系统建议的活动占全部活动的比重，{_SHOWN}。",
        formula="有已确认挂接或系统建议的活动 ÷ 全部活动",
        not_told="系统建议只比对标题、关键词和议程的用语，未经人确认，会有误配和漏配。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("次", "次"),
        facts=_FACTS,
        numerator="case when link_state in ('confirmed', 'suggested') then 1 else 0 end",
        denominator="1",
    ),
    Measure(
        id="link_pending_count",
        label="待确认的活动",
        definition=f"只有系统建议、还没有人确认挂接的活动，{_SHOWN}。",
        formula="Σ 份额",
        not_told="有一项已确认就不再计入；没有建议的活动也不在内。",
        unit="次",
        polarity=0,
        additivity=Additivity.SUM,
        facts=_FACTS,
        numerator="1",
        where="link_state = 'suggested'",
    ),
    Measure(
        id="followed_count",
        label="产生督办事项的活动",
        definition=f"督办整改事项写明由其产生的活动（“来源编号”等于活动的记录编号），{_SHOWN}。",
        formula="Σ 份额，一次活动产生几项也只计一次",
        not_told="台账没有写来源编号的事项认不出是哪次活动产生的；产生事项不等于办成。",
        unit="次",
        polarity=0,
        additivity=Additivity.SUM,
        facts=_FOLLOWED,
        numerator="1",
    ),
    Measure(
        id="confirmed_followed_count",
        label="已确认挂接并产生督办事项的活动",
        definition=f"产生督办事项的活动中，由人确认挂接到指标、重点任务或载体的，{_SHOWN}。",
        formula="Σ 份额，一次活动产生几项也只计一次",
        not_told="事项与挂接的指标是否为同一件事不在内。",
        unit="次",
        polarity=0,
        additivity=Additivity.SUM,
        facts=_FOLLOWED,
        numerator="1",
        where="link_state = 'confirmed'",
    ),
    Measure(
        id="weak_link_coverage",
        label="薄弱环节覆盖",
        definition=(
            f"达成率低于 {WEAK_BELOW:.0%} 的单位指标中，当月和前两个月有挂接活动"
            "（已确认或系统建议）到达该单位的比重。"
        ),
        formula=f"有挂接活动的薄弱指标 ÷ 达成率低于 {WEAK_BELOW:.0%} 的指标（每单位每指标计一项）",
        not_told="有活动针对不等于问题已经解决；挂接到以该指标为目标的重点任务、载体也算。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("项", "项"),
        facts="model.weak_link_facts",
        numerator="case when linked_count_3m > 0 then 1 else 0 end",
        denominator="1",
        where=f"attainment_rate < {WEAK_BELOW}",
    ),
    Measure(
        id="busy_unmoved_rate",
        label="多动未见变化",
        definition=(
            f"三个月内有 {BUSY_FROM} 次以上挂接活动的单位指标中，"
            f"达成率比三个月前没有上升 {MOVED_BY * 100:.0f} 个百分点的比重。"
        ),
        formula="达成率升幅不到 1 个百分点的指标 ÷ 挂接活动 3 次以上且三个月前也有达成率的指标",
        not_told="变化可能来得更晚，也可能已在高位；已达标而持平的也在内，不作评价依据。",
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("项", "项"),
        facts="model.weak_link_facts",
        numerator=f"case when attainment_change_3m < {MOVED_BY} then 1 else 0 end",
        denominator="1",
        where=f"linked_count_3m >= {BUSY_FROM} and attainment_change_3m is not null",
    ),
)
