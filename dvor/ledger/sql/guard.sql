-- Locks the wallets of residents in one currency in id order until the transaction ends. Missing ones are opened before
-- the first lock: who waited for somebody's new wallet with locks in his hands could wait for ever.
create or replace function ledger_lock(residents bigint[], currency smallint, moment timestamptz)
returns void language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    wallets constant bigint[] := array(select distinct ledger_number(resident, currency)
        from unnest(residents) as resident order by 1);
begin
    if cardinality(wallets) > (select count(*) from ledger_wallet where id = any (wallets)) then
        perform ledger_open(wallets, moment);
    end if;
    perform from ledger_wallet where id = any (wallets) order by id for no key update;
end $$;

-- Which of these residents have a blocked wallet in the currency.
create or replace function ledger_blocked(residents bigint[], currency smallint) returns bigint[] language sql stable
return array(
    select wallet.resident_id
    from ledger_wallet wallet
    where wallet.blocked_at is not null and wallet.currency = ledger_blocked.currency
        and wallet.resident_id = any (residents)
);
