-- Numbers of records that do not exist; one row a number.
select
    min(_row) as _row,
    arg_min(_sheet, _row) as _sheet,
    written as value,
    count(*) as _count
from subject
where not is_there
group by written
