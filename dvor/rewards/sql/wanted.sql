-- What an order depends on. Run after the resident's wallet is locked: orders of one resident then follow one another,
-- so that what was ordered so far, and an earlier order with the same key, are the newest there are.
select
    reward.price, reward.level_min, reward.order_max, reward.month_max, reward.lifetime_max, reward.cancel_hours,
    reward.valid_until, reward.account,
    reward.published_at is not null as is_published, reward.withdrawn_at is not null as is_withdrawn,
    coalesce(so_far.in_month, 0)::integer as in_month, coalesce(so_far.in_all, 0)::integer as in_all,
    (
        select same.id from rewards_order as same
        where same.resident_id = %(resident_id)s::bigint and same.key = %(key)s
    ) as order_placed,
    nextval(pg_get_serial_sequence('rewards_order', 'id')) as order_id
from rewards_reward as reward
cross join lateral (
    select
        sum(earlier.quantity) as in_all,
        sum(earlier.quantity) filter (where earlier.placed_at >= %(month_start)s::timestamptz) as in_month
    from rewards_order as earlier
    where earlier.resident_id = %(resident_id)s::bigint and earlier.reward_id = reward.id
        and earlier.cancelled_at is null
) as so_far
where reward.id = %(reward_id)s::bigint;
