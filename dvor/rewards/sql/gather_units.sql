-- Takes units from several counters, which lock_units.sql has locked; all or nothing. A statement of its own: an
-- update that shares one with the lock it waits for reads rows of two different moments.
with counted as (
    select id, remaining, sum(remaining) over (order by id) - remaining as before, sum(remaining) over () as in_all
    from rewards_stock
    where reward_id = %(reward_id)s::bigint
)
update rewards_stock as stock
set remaining = stock.remaining - least(counted.remaining, %(quantity)s::integer - counted.before)
from counted
where stock.id = counted.id and counted.in_all >= %(quantity)s::integer
    and counted.before < %(quantity)s::integer and counted.remaining > 0
returning stock.id;
