-- Links of activities as they stand: what was decided for the record counts before the uploaded
-- link, that before a decision for one of its keywords, that before the suggestion. Of two
-- keywords one confirmed is enough. A decision for a keyword reaches tasks and carriers only of
-- units that the activity reaches.
-- grain: record_id, target_kind, target_id
-- record: record_id
with uploaded as (
    select
        links.record_id,
        links.target_kind,
        case when links.target_kind = 'kpi' then coalesce(names.kpi_id, links.target_id)
            else links.target_id end as target_id,
        links.state,
        links.reason
    from staging.links as links
    left join model.kpi_spellings as names on links.target_id = names.spelling
),
said as (
    select record_id, target_kind, target_id, state, 1 as place, 'record' as basis, reason
    from staging.link_decisions
    where record_id <> ''
    union all
    select record_id, target_kind, target_id, state,
        case when state = 'suggested' then 4 else 2 end as place, 'upload' as basis, reason
    from uploaded
    union all
    select words.record_id, decisions.target_kind, decisions.target_id, decisions.state,
        3 as place, 'keyword' as basis, concat('关键词“', words.keyword, '”') as reason
    from staging.link_decisions as decisions
    inner join model.activity_keywords as words on decisions.keyword = words.keyword
    left join model.link_candidates as candidates
        on words.record_id = candidates.record_id
        and decisions.target_kind = candidates.target_kind
        and decisions.target_id = candidates.target_id
    where decisions.target_kind = 'kpi' or candidates.record_id is not null
    union all
    select record_id, target_kind, target_id, 'suggested' as state,
        5 as place, 'words' as basis, reason
    from model.link_suggestions
)
select
    said.record_id,
    said.target_kind,
    said.target_id,
    said.state,
    said.basis,
    said.reason,
    records.month,
    scored.score,
    known.target_id is not null as is_known
from said
inner join staging.activities as records on said.record_id = records.record_id
left join model.link_targets as known
    on said.target_kind = known.target_kind and said.target_id = known.target_id
left join model.link_suggestions as scored
    on said.record_id = scored.record_id
    and said.target_kind = scored.target_kind
    and said.target_id = scored.target_id
qualify row_number() over (
    partition by said.record_id, said.target_kind, said.target_id
    order by said.place, case said.state when 'confirmed' then 1 else 2 end, said.reason
) = 1
