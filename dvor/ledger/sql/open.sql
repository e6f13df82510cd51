-- Opens the wallets with these numbers that are missing; one that another transaction opens now is waited for.
create or replace function ledger_open(wallets bigint[], moment timestamptz) returns void language sql as $$
    insert into ledger_wallet
        (id, resident_id, currency, available, held, pending, debt, seq, opened_at, blocked_reason)
    select id, id / 8, id % 8, 0, 0, 0, 0, 0, moment, ''
    from unnest(wallets) as id
    order by id
    on conflict (id) do nothing
$$;
