-- Locks the wallets of residents in one currency in id order until the transaction ends, opening those that are missing.
create or replace function ledger_lock(residents bigint[], currency smallint, moment timestamptz)
returns void language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    wallets constant bigint[] := array(select distinct ledger_number(resident, currency)
        from unnest(residents) as resident order by 1);
    locked integer;
begin
    for attempt in 1 .. 2 loop
        perform from ledger_wallet where id = any (wallets) order by id for no key update;
        get diagnostics locked = row_count;
        exit when locked = cardinality(wallets);
        perform ledger_open(wallets, moment);
    end loop;
end $$;

-- Which of these residents have a blocked wallet in the currency.
create or replace function ledger_blocked(residents bigint[], currency smallint) returns bigint[] language sql stable
return array(
    select wallet.resident_id
    from ledger_wallet wallet
    where wallet.blocked_at is not null and wallet.currency = ledger_blocked.currency
        and wallet.resident_id = any (residents)
);
