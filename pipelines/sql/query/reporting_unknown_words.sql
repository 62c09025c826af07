-- Words of the roster's 应报数据 that are no monthly report, with how many units have them.
select word, count(distinct unit_id) as unit_count
from model.reporting_duties
where dataset is null
group by word
order by word
