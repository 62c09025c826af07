-- Items with a due word such as 长期坚持 and a date.
select incoming._row, incoming._sheet, incoming.due_raw as value, incoming.due_on
from incoming
where incoming.due_on is not null
    and exists (select 1 from due_words where due_words.word = trim(incoming.due_raw))
