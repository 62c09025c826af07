-- Names and aliases of this file that mean another unit on the same day.
with listed as (
    select
        _incoming, _row, _sheet, unit_id, valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        unnest(list_append(
            string_split(
                replace(replace(replace(coalesce(aliases, ''), ',', '、'), ';', '、'), '，', '、'),
                '、'
            ),
            unit_name
        )) as spelling
    from known.units
),
spelled as (
    select distinct _incoming, _row, _sheet, unit_id, valid_from, valid_to,
        trim(spelling) as spelling
    from listed
    where trim(spelling) <> ''
)
select
    own._row,
    own._sheet,
    own.spelling as value,
    string_agg(distinct others.unit_id, '、' order by others.unit_id) as other_ids
from spelled as own
inner join spelled as others
    on own.spelling = others.spelling
    and own.unit_id <> others.unit_id
    and own.valid_from <= others.valid_to
    and others.valid_from <= own.valid_to
where own._incoming
group by own._row, own._sheet, own.spelling
