-- As take_units.sql, for the end of the stock: locks all counters in order and takes from several. All or nothing.
with locked as materialized (
    select id, remaining from rewards_stock where reward_id = %(reward_id)s::bigint order by id for update
), counted as (
    select id, remaining, sum(remaining) over (order by id) - remaining as before, sum(remaining) over () as in_all
    from locked
)
update rewards_stock as stock
set remaining = stock.remaining - least(counted.remaining, %(quantity)s::integer - counted.before)
from counted
where stock.id = counted.id and counted.in_all >= %(quantity)s::integer
    and counted.before < %(quantity)s::integer and counted.remaining > 0
returning stock.id;
