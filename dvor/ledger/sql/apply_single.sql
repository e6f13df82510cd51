-- Moves of wallets each of which has one in a call (see apply.sql): wallets, transfers, lots and tally in one statement.
-- Wallets change in id order, so that two batches never wait for each other in a circle. A lot newer than the wallet's
-- newest is sure to be new: it is inserted without a search for an old one.
--
-- Plans are fixed on purpose: short index searches for one move and for ten thousand, also when a plan was made while
-- the tables were still empty.
create or replace function ledger_apply_single(
    wallets bigint[], debits integer[], credits integer[], amounts integer[], lots date[],
    cause_kinds smallint[], cause_ids bigint[], posted timestamptz
) returns integer language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
#variable_conflict use_column
declare
    moved integer;
begin
    with purse as (
        update ledger_wallet wallet set
            available = wallet.available + case 1 when credit then amount when debit then -amount else 0 end,
            held = wallet.held + case 2 when credit then amount when debit then -amount else 0 end,
            pending = wallet.pending + case 3 when credit then amount when debit then -amount else 0 end,
            debt = wallet.debt - case 4 when credit then amount when debit then -amount else 0 end,
            seq = wallet.seq + 1,
            newest_lot = case when credit = 1 then greatest(wallet.newest_lot, expires_on) else wallet.newest_lot end
        from (
            select * from unnest(wallets, debits, credits, amounts, lots, cause_kinds, cause_ids)
                as asked (wallet_id, debit, credit, amount, expires_on, cause_kind, cause_id)
            order by wallet_id
        ) move
        where wallet.id = move.wallet_id
        returning move.*, wallet.seq, wallet.currency, wallet.available as available_after,
            old.newest_lot is null or move.expires_on > old.newest_lot as lot_is_new
    ), new_lot as (
        insert into ledger_lot (wallet_id, expires_on, remaining)
        select wallet_id, expires_on, amount from purse where credit = 1 and lot_is_new
    ), gain as (
        insert into ledger_lot as lot (wallet_id, expires_on, remaining)
        select wallet_id, expires_on, amount from purse where credit = 1 and not lot_is_new
        on conflict (wallet_id, expires_on) do update set remaining = lot.remaining + excluded.remaining
    ), tally as (
        insert into ledger_tally (account_id, currency, change)
        select case when debit > 4 then debit else credit end, currency,
            sum(case when debit > 4 then -amount else amount end)
        from purse where debit > 4 or credit > 4
        group by 1, 2
    )
    insert into ledger_transfer (wallet_id, posted_at, cause_id, available_after, seq, amount, debit, credit, expires_on,
        cause_kind, currency)
    select wallet_id, posted, cause_id, available_after, seq, amount, debit, credit, expires_on, cause_kind, currency
    from purse;
    get diagnostics moved = row_count;
    return moved;
end $$;
