-- Takes units from any counter of the reward that has enough of them and that nobody else is using at this moment.
with free as (
    select id
    from rewards_stock
    where reward_id = %(reward_id)s::bigint and remaining >= %(quantity)s::integer
    order by random()
    limit 1
    for update skip locked
)
update rewards_stock as stock set remaining = stock.remaining - %(quantity)s::integer
from free
where stock.id = free.id
returning stock.id;
