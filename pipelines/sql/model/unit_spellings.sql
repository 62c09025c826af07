-- Every way a file may write a unit (code, name, alias) with the dates it is valid.
-- grain: spelling, unit_id, valid_from
with listed as (
    select
        unit_id,
        valid_from,
        valid_to,
        unnest(string_split(
            replace(replace(replace(aliases, ',', '、'), ';', '、'), '，', '、'), '、'
        )) as alias
    from staging.units
    where aliases is not null
),
spelled as (
    select unit_id as spelling, unit_id, valid_from, valid_to from staging.units
    union all
    select unit_name as spelling, unit_id, valid_from, valid_to from staging.units
    union all
    select trim(alias) as spelling, unit_id, valid_from, valid_to from listed
)
select
    spelling,
    unit_id,
    valid_from,
    max(coalesce(valid_to, date '9999-12-31')) as valid_to
from spelled
where spelling is not null and spelling <> ''
group by spelling, unit_id, valid_from
