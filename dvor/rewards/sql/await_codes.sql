-- As take_codes.sql, for the end of a pool: waits in id order for codes that others are taking, because one of them
-- may yet give up, and only then says that there are none.
with free as (
    select id
    from rewards_promocode
    where reward_id = %(reward_id)s::bigint and order_id is null
        and (valid_until is null or valid_until >= %(day)s::date)
    order by id
    limit %(quantity)s::integer
    for update
), numbered as (
    select id, row_number() over (order by id) as place, count(*) over () as found from free
)
update rewards_promocode as code
set order_id = %(order_id)s::bigint, given_at = %(at)s::timestamptz, place = numbered.place
from numbered
where code.id = numbered.id and numbered.found = %(quantity)s::integer
returning code.id;
