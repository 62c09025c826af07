-- Staff more than half as many again, or less than half, as in the month before that is known.
with ordered as (
    select
        counts._incoming,
        counts._row,
        counts._sheet,
        counts.unit,
        counts.month,
        counts.staff,
        lag(counts.month) over by_unit as month_before,
        lag(counts.staff) over by_unit as staff_before
    from known.headcounts as counts
    left join unit_terms as units on counts.unit = units.spelling
    where counts.staff is not null
    window by_unit as (partition by coalesce(units.unit_id, counts.unit) order by counts.month)
)
select _row, _sheet, staff as value, unit, month, month_before, staff_before
from ordered
where _incoming
    and abs(staff - staff_before) > 10
    and (staff > 1.5 * staff_before or staff < 0.5 * staff_before)
