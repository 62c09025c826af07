-- Decisions that no post owns.
select _row, _sheet, owner_post as value, source_kind, text
from incoming
where owner_post is null and contains(source_kind, '决议')
