-- 雷同: the same agenda or result as an earlier activity of the same organisation and type,
-- but for numbers or a few characters.
-- grain: record_id
-- record among others: record_id
select
    copies.record_id,
    copies.other_record_id,
    concat(
        case when copies.field = 'agenda' then '议程' else '活动结果' end,
        '与 ', strftime(earlier.start_at, '%Y-%m-%d'), ' 的 ', copies.other_record_id,
        case
            when copies.is_exact then ' 一字不差'
            when copies.is_masked then ' 只差数字'
            else concat(
                ' 相似度 ', cast(cast(floor(copies.similarity * 100) as integer) as varchar), '%'
            )
        end
    ) as detail
from model.integrity_copies as copies
inner join staging.activities as earlier on copies.other_record_id = earlier.record_id
