-- Gives the next free code of a pool to an order. A code that another order is taking at this moment is stepped over,
-- so that nobody queues at the head of a popular pool.
update rewards_promocode set order_id = %(order_id)s::bigint, given_at = %(at)s::timestamptz, place = 1
where id = (
    select id
    from rewards_promocode
    where reward_id = %(reward_id)s::bigint and order_id is null
        and (valid_until is null or valid_until >= %(day)s::date)
    order by id
    limit 1
    for update skip locked
)
returning id;
