-- Moves of wallets of which one has several in a call (see apply.sql): first the wallets change, in id order; from then on
-- they are ours, and the second statement, which counts back from their last transfer, sees their newest lots.
create or replace function ledger_apply_several(
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
    with changed as (
        select wallet_id, count(*)::integer as moves, max(expires_on) filter (where credit = 1) as newest_lot,
            sum(case 1 when credit then amount when debit then -amount else 0 end) as available,
            sum(case 2 when credit then amount when debit then -amount else 0 end) as held,
            sum(case 3 when credit then amount when debit then -amount else 0 end) as pending,
            sum(case 4 when credit then amount when debit then -amount else 0 end) as debt
        from unnest(wallets, debits, credits, amounts, lots) as move (wallet_id, debit, credit, amount, expires_on)
        group by wallet_id order by wallet_id
    )
    update ledger_wallet wallet set
        available = wallet.available + changed.available, held = wallet.held + changed.held,
        pending = wallet.pending + changed.pending, debt = wallet.debt - changed.debt, seq = wallet.seq + changed.moves,
        newest_lot = greatest(wallet.newest_lot, changed.newest_lot)
    from changed
    where wallet.id = changed.wallet_id;
    get diagnostics moved = row_count;
    if moved < (select count(distinct wallet) from unnest(wallets) as wallet) then
        return 0;  -- one is missing; it must not be seen below either, if somebody opens it at this very moment
    end if;

    -- A wallet's seq and available are now those after all of its moves: count back from the last one.
    with leg as materialized (
        select move.wallet_id, wallet.currency, move.debit, move.credit, move.amount, move.expires_on, move.cause_kind,
            move.cause_id,
            (wallet.seq - row_number() over later + 1)::integer as seq,
            wallet.available - sum(move.change) over later + move.change as available_after
        from (
            select asked.*, case 1 when credit then amount when debit then -amount else 0 end as change
            from unnest(wallets, debits, credits, amounts, lots, cause_kinds, cause_ids) with ordinality
                as asked (wallet_id, debit, credit, amount, expires_on, cause_kind, cause_id, place)
            order by wallet_id, place desc
        ) move
        join ledger_wallet wallet on wallet.id = move.wallet_id
        window later as (partition by move.wallet_id order by move.place desc rows unbounded preceding)
    ), gain as (
        insert into ledger_lot as lot (wallet_id, expires_on, remaining)
        select wallet_id, expires_on, sum(amount) from leg where credit = 1 group by wallet_id, expires_on
        on conflict (wallet_id, expires_on) do update set remaining = lot.remaining + excluded.remaining
    ), tally as (
        insert into ledger_tally (account_id, currency, change)
        select case when debit > 4 then debit else credit end, currency,
            sum(case when debit > 4 then -amount else amount end)
        from leg where debit > 4 or credit > 4
        group by 1, 2
    )
    insert into ledger_transfer (wallet_id, posted_at, cause_id, available_after, seq, amount, debit, credit, expires_on,
        cause_kind, currency)
    select wallet_id, posted, cause_id, available_after, seq, amount, debit, credit, expires_on, cause_kind, currency
    from leg;
    get diagnostics moved = row_count;
    return moved;
end $$;
