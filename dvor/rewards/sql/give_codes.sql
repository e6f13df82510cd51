-- Gives locked codes to an order. A statement of its own: an update that shares one with the lock it waits for
-- reads rows of two different moments.
update rewards_promocode as code
set order_id = %(order_id)s::bigint, given_at = %(at)s::timestamptz, place = chosen.place
from unnest(%(code_ids)s::bigint[]) with ordinality as chosen (id, place)
where code.id = chosen.id;
