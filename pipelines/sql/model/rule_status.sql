-- What the rules ask of a branch in a period and what its log shows. The version that holds on
-- the first day counts for the whole period. A rule that says 一般 admits a 说明; a period that is
-- not over is not judged, nor is a type of which the whole log has no meeting (数据不足). Rules
-- without a minimum are not here.
-- grain: unit_id, rule_id, period
with asked as (
    select
        units.unit_id,
        rules.rule_id,
        periods.period,
        rules.version as rule_version,
        rules.label,
        rules.period as period_kind,
        rules.subject,
        rules.normally,
        cast(rules.minimum as double) as required,
        periods.start_month,
        periods.end_month,
        periods.is_over
    from model.rule_periods as periods
    inner join model.rule_units as units on periods.period = units.period
    inner join staging.rules as rules
        on periods.period_kind = rules.period
        and units.unit_kind = rules.unit_kind
        and strftime(rules.valid_from, '%Y-%m-%d') <= concat(periods.start_month, '-01')
        and strftime(rules.valid_to, '%Y-%m-%d') >= concat(periods.start_month, '-01')
    where rules.minimum is not null
),
active as (select unit_id, period from model.rule_done group by unit_id, period),
recorded as (select distinct activity_type from model.activity_org_month)
select
    asked.unit_id,
    asked.rule_id,
    asked.period,
    asked.rule_version,
    asked.label,
    asked.period_kind,
    asked.normally,
    asked.start_month,
    asked.end_month,
    asked.required,
    coalesce(done.done, 0) as done,
    case
        when recorded.activity_type is null then '数据不足'
        when not asked.is_over then '进行中'
        when coalesce(done.done, 0) >= asked.required then '达标'
        when asked.normally and explained.text is not null then '有说明'
        else '未达标'
    end as state,
    explained.text as explanation,
    active.unit_id is null as is_silent
from asked
left join model.rule_done as done
    on asked.unit_id = done.unit_id
    and asked.period = done.period
    and asked.subject = done.activity_type
left join recorded on asked.subject = recorded.activity_type
left join active on asked.unit_id = active.unit_id and asked.period = active.period
left join staging.explanations as explained
    on explained.subject = concat('rule:', asked.rule_id, ':', asked.unit_id, ':', asked.period)
