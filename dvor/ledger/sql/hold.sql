-- Sets points of one wallet aside, oldest lots first. No row comes back when the lots do not cover the amount.
with taken as materialized (
    select expires_on, amount
    from ledger_take(array[%(wallet_id)s::bigint], array[%(amount)s::integer], %(day)s::date)
), placed as (
    insert into ledger_hold (wallet_id, amount, purpose, placed_at, placed_by, deadline)
    select %(wallet_id)s::bigint, %(amount)s::integer, %(purpose)s, %(at)s::timestamptz, %(by)s::bigint,
        %(deadline)s::timestamptz
    where (select coalesce(sum(amount), 0) from taken) = %(amount)s::integer
    returning id
)
select min(placed.id) as id, ledger_apply(
    array_agg(%(wallet_id)s::bigint), array_agg(1), array_agg(2), array_agg(taken.amount order by taken.expires_on),
    array_agg(taken.expires_on order by taken.expires_on), array_agg(2::smallint), array_agg(placed.id),
    %(at)s::timestamptz
) as transfers
from taken
cross join placed
having count(*) > 0;
