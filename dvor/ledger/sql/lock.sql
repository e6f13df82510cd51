-- Locks the wallets of some residents in one currency in id order (so that two batches never wait for each other in a
-- circle) and opens those that are missing. A wallet that another transaction opened meanwhile is not seen by this
-- statement: the caller asks again.
with asked as materialized (
    select distinct resident_id from unnest(%(resident_ids)s::bigint[]) as resident_id
), opened as (
    insert into ledger_wallet
        (resident_id, currency, available, held, pending, debt, seq, opened_at, blocked_reason)
    select asked.resident_id, %(currency)s::smallint, 0, 0, 0, 0, 0, %(at)s::timestamptz, ''
    from asked
    where not exists (
        select from ledger_wallet wallet
        where wallet.resident_id = asked.resident_id and wallet.currency = %(currency)s::smallint
    )
    order by asked.resident_id
    on conflict (resident_id, currency) do nothing
    returning id, resident_id, available, blocked_at
), locked as (
    select wallet.id, wallet.resident_id, wallet.available, wallet.blocked_at
    from ledger_wallet wallet
    where wallet.currency = %(currency)s::smallint and wallet.resident_id in (select resident_id from asked)
    order by wallet.id
    for no key update
)
select id, resident_id, available, blocked_at from locked
union all
select id, resident_id, available, blocked_at from opened;
