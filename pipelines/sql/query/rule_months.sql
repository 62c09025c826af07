-- Months in which judged periods end, newest first.
select distinct month from model.rule_facts order by month desc
