-- Steps of all key tasks in $month beside the month before: days from the business step to the
-- party step, and the share within the days of the rule. Steps of the sets that tasks follow come
-- in their order, also without a row in the month; steps that no set has come last.
with listed as (
    select sets.step, min(sets.position) as position
    from staging.step_sets as sets
    where sets.step_set in (select tasks.step_set from model.task_list as tasks)
    group by sets.step
),
told as (
    select * from mart.measure_parts where tree = 'admin' and unit_id = '*'
),
steps as (
    select listed.step from listed
    union
    select told.part as step from told where told.month = $month
)
select
    steps.step,
    listed.position is not null as is_listed,
    gaps.value as gap_days,
    gaps.row_count as gap_count,
    earlier.value as previous_gap_days,
    shares.numerator as in_time_count,
    shares.denominator as judged_count,
    shares.value as in_time_rate
from steps
left join listed on steps.step = listed.step
left join told as gaps
    on steps.step = gaps.part and gaps.measure_id = 'step_gap_days' and gaps.month = $month
left join told as earlier
    on steps.step = earlier.part and earlier.measure_id = 'step_gap_days'
    and earlier.month = $previous_month
left join told as shares
    on steps.step = shares.part and shares.measure_id = 'step_in_time_rate'
    and shares.month = $month
order by listed.position nulls last, steps.step
