-- Takes points out of lots; the caller holds the wallets, so lots stay where they are and can be changed by address.
create or replace function ledger_lessen(wallets bigint[], debits integer[], amounts integer[], lots date[])
returns void language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
#variable_conflict use_column
declare
    asked integer;
    lessened integer;
begin
    select count(distinct (wallet_id, expires_on)) into asked
    from unnest(wallets, debits, lots) as move (wallet_id, debit, expires_on) where debit = 1;
    update ledger_lot lot set remaining = lot.remaining - taken.amount
    from (
        select move.amount, (select lot.ctid from ledger_lot lot
            where lot.wallet_id = move.wallet_id and lot.expires_on = move.expires_on) as address
        from (
            select wallet_id, expires_on, sum(amount) as amount
            from unnest(wallets, debits, amounts, lots) as asked (wallet_id, debit, amount, expires_on)
            where debit = 1 group by wallet_id, expires_on
        ) move
    ) taken
    where lot.ctid = taken.address;
    get diagnostics lessened = row_count;
    if lessened <> asked then
        raise exception 'ledger_apply: a lot is missing' using errcode = 'foreign_key_violation';
    end if;
end $$;
