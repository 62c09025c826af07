-- Options of one question whose base differs within one group of people, in one file or two.
with differing as (
    select
        survey_id, question_id, stratum, wave_on,
        min(base_n) as lowest, max(base_n) as highest
    from known.survey_counts
    where base_n is not null
    group by survey_id, question_id, stratum, wave_on
    having min(base_n) <> max(base_n)
)
select
    incoming._row,
    incoming._sheet,
    incoming.base_n as value,
    incoming.question_id,
    incoming.stratum,
    differing.lowest,
    differing.highest
from incoming
inner join differing
    on incoming.survey_id = differing.survey_id
    and incoming.question_id = differing.question_id
    and incoming.stratum is not distinct from differing.stratum
    and incoming.wave_on = differing.wave_on
where incoming.base_n is not null
