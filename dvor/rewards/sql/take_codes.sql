-- Gives the next free codes of a pool to an order: all of them or none. Codes that another order is taking at this
-- moment are stepped over, so that nobody queues at the head of a popular pool.
with free as (
    select id
    from rewards_promocode
    where reward_id = %(reward_id)s::bigint and order_id is null
        and (valid_until is null or valid_until >= %(day)s::date)
    order by id
    limit %(quantity)s::integer
    for update skip locked
), numbered as (
    select id, row_number() over (order by id) as place, count(*) over () as found from free
)
update rewards_promocode as code
set order_id = %(order_id)s::bigint, given_at = %(at)s::timestamptz, place = numbered.place
from numbered
where code.id = numbered.id and numbered.found = %(quantity)s::integer
returning code.id;
