-- A key that the resident used meanwhile in another currency, under another wallet's lock, wins: no row comes back.
insert into rewards_order (
    id, resident_id, reward_id, quantity, points, key, hold_id, placed_at, cancellable_until, fulfilled_at, revealed_at,
    cancelled_reason
)
values (
    %(id)s::bigint, %(resident_id)s::bigint, %(reward_id)s::bigint, %(quantity)s::smallint, %(points)s::integer,
    %(key)s, %(hold_id)s::bigint, %(placed_at)s::timestamptz, %(cancellable_until)s::timestamptz,
    %(fulfilled_at)s::timestamptz, %(revealed_at)s::timestamptz, ''
)
on conflict (resident_id, key) do nothing
returning id;
