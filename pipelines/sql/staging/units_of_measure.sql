-- How units of measure are written: their family (金额, 人数 …) and their factor in it.
-- grain: spelling
select
    source.spelling,
    source.family,
    source.factor
from accepted.units_of_measure as source
