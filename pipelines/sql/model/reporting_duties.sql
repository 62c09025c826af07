-- What the roster says a unit reports, word by word; a word that is no monthly report has no
-- dataset.
-- grain: unit_id, valid_from, word
with listed as (
    select
        unit_id,
        valid_from,
        unnest(string_split(
            replace(replace(replace(replace(replace(replace(
                expected_datasets, ',', '、'), ';', '、'), '，', '、'), '；', '、'), '/', '、'), '|', '、'
            ),
            '、'
        )) as word
    from staging.units
    where expected_datasets is not null
)
select listed.unit_id, listed.valid_from, trim(listed.word) as word, min(terms.dataset) as dataset
from listed
left join staging.reporting_terms as terms on trim(listed.word) = terms.spelling
where trim(listed.word) <> ''
group by listed.unit_id, listed.valid_from, trim(listed.word)
