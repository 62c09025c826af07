-- Party organisations of whose activities of a month less, or more, than the whole reaches
-- administrative units: shares do not add up to one, or a unit that had one is gone. Shares in whole
-- percent may miss 1 %, as the check of 组织对照 allows.
-- grain: party_unit_id, month
select
    party_unit_id,
    month,
    sum(case when is_there then share else 0.0 end) as share_total
from model.bridge_standing
group by party_unit_id, month
having abs(sum(case when is_there then share else 0.0 end) - 1) > 0.0101
