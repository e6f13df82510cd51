-- How many units of a reward a resident has taken; cancelled orders do not count.
select
    coalesce(sum(quantity) filter (where placed_at >= %(month_start)s::timestamptz), 0)::integer as in_month,
    coalesce(sum(quantity), 0)::integer as in_all
from rewards_order
where resident_id = %(resident_id)s::bigint and reward_id = %(reward_id)s::bigint and cancelled_at is null;
