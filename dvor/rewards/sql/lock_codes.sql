-- Locks the next free codes of a pool in id order, waiting for those that another order is taking: it may yet give up.
select id
from rewards_promocode
where reward_id = %(reward_id)s::bigint and order_id is null
    and (valid_until is null or valid_until >= %(day)s::date)
order by id
limit %(quantity)s::integer
for update;
