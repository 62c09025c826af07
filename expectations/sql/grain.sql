-- Rows whose grain another row of the file has too. Hashes find the few that may be repeated, so
-- that no table of all keys is needed.
with suspects as (
    select hash(key) as mark
    from subject
    group by mark
    having count(*) > 1
),
repeated as (
    select key
    from subject
    where hash(key) in (select mark from suspects)
    group by key
    having count(*) > 1
)
select subject._row, subject._sheet, subject.shown, subject.value
from subject
inner join repeated on subject.key is not distinct from repeated.key
