-- Each unit by its last roster row, though it may begin in the future. Names are unit_labels'.
-- grain: unit_id
select
    rows.unit_id,
    rows.parent_id,
    rows.tree,
    rows.unit_kind,
    rows.valid_from,
    rows.valid_to
from staging.units as rows
qualify row_number() over (partition by rows.unit_id order by rows.valid_from desc) = 1
