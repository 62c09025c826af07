-- Everything that an activity can be linked to.
select target_kind, target_id, target_name from model.link_targets order by target_kind, target_id
