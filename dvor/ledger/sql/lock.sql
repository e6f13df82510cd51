-- Locks the wallets of some residents in one currency in id order, so that two batches never wait for each other in a
-- circle, and opens those that are missing. One that another transaction opened meanwhile is waited for but not seen:
-- the caller asks again. Columns come as arrays: one row, however many wallets.
with locked as materialized (
    select id, resident_id, available, blocked_at
    from ledger_wallet
    where resident_id = any (%(resident_ids)s::bigint[]) and currency = %(currency)s::smallint
    order by id
    for no key update
), opened as (
    insert into ledger_wallet (resident_id, currency, available, held, pending, debt, seq, opened_at, blocked_reason)
    select resident_id, %(currency)s::smallint, 0, 0, 0, 0, 0, %(at)s::timestamptz, ''
    from unnest(%(resident_ids)s::bigint[]) as resident_id
    where resident_id not in (select resident_id from locked)
    order by resident_id
    on conflict (resident_id, currency) do nothing
    returning id, resident_id, available, blocked_at
), wallet as (
    select * from locked union all select * from opened
)
select array_agg(id) as ids, array_agg(resident_id) as resident_ids, array_agg(available) as available,
    array_agg(blocked_at) as blocked_at,
    (select lot_months from ledger_currency where currency = %(currency)s::smallint) as lot_months
from wallet;
