-- Months in which anything was reported, held, due or done.
-- grain: month
select month from staging.kpi_values where month is not null
union
select month from staging.activities where month is not null
union
select month from staging.headcounts where month is not null
union
select month from staging.plan_items where month is not null
union
select month from staging.scores where month is not null
union
select strftime(due_on, '%Y-%m') as month from staging.actions where due_on is not null
union
select strftime(closed_on, '%Y-%m') as month from staging.actions where closed_on is not null
union
select strftime(done_on, '%Y-%m') as month from staging.task_steps where done_on is not null
union
select strftime(start_at, '%Y-%m') as month from staging.admin_meetings where start_at is not null
union
select strftime(start_on, '%Y-%m') as month from staging.key_tasks where start_on is not null
union
select strftime(start_on, '%Y-%m') as month from staging.carriers where start_on is not null
