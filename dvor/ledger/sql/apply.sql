-- The only place that writes transfers. Moves come as parallel arrays in the order in which they happen. First the
-- wallets change, in id order, so that two batches never wait for each other in a circle: from then on they are ours,
-- and the second statement sees their newest lots. A wallet in debt repays it at once from what became available.
-- Returns how many transfers were written; fails when a wallet is missing.
--
-- Plans are fixed on purpose: short index searches for one move and for ten thousand, also when a plan was made while
-- the tables were still empty.
create or replace function ledger_apply(
    wallets bigint[], debits integer[], credits integer[], amounts integer[], lots date[],
    cause_kinds smallint[], cause_ids bigint[], posted timestamptz
) returns integer language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
#variable_conflict use_column
declare
    asked constant integer := coalesce(cardinality(wallets), 0);
    moved integer;
    indebted boolean;
begin
    if asked = 0 then
        return 0;
    end if;

    with changed as (
        select wallet_id, count(*)::integer as moves,
            sum(case 1 when credit then amount when debit then -amount else 0 end) as available,
            sum(case 2 when credit then amount when debit then -amount else 0 end) as held,
            sum(case 3 when credit then amount when debit then -amount else 0 end) as pending,
            sum(case 4 when credit then amount when debit then -amount else 0 end) as debt
        from unnest(wallets, debits, credits, amounts) as move (wallet_id, debit, credit, amount)
        group by wallet_id order by wallet_id
    ), purse as (
        update ledger_wallet wallet set
            available = wallet.available + changed.available, held = wallet.held + changed.held,
            pending = wallet.pending + changed.pending, debt = wallet.debt - changed.debt,
            seq = wallet.seq + changed.moves
        from changed
        where wallet.id = changed.wallet_id
        returning changed.moves, wallet.debt > 0 and wallet.available > 0 as indebted
    )
    select coalesce(sum(moves), 0), coalesce(bool_or(purse.indebted), false) into moved, indebted from purse;

    if moved < asked then
        raise exception 'ledger_apply: a wallet is missing' using errcode = 'foreign_key_violation';
    end if;

    -- A wallet's seq and available are those after all of its moves: count back from the last one.
    with leg as materialized (
        select move.wallet_id, wallet.currency, move.debit, move.credit, move.amount, move.expires_on, move.cause_kind,
            move.cause_id,
            (wallet.seq - row_number() over later + 1)::integer as seq,
            wallet.available - sum(move.change) over later + move.change as available_after,
            (select lot.ctid from ledger_lot lot
                where lot.wallet_id = move.wallet_id and lot.expires_on = move.expires_on) as lot_address
        from (
            select asked.*, case 1 when credit then amount when debit then -amount else 0 end as change
            from unnest(wallets, debits, credits, amounts, lots, cause_kinds, cause_ids) with ordinality
                as asked (wallet_id, debit, credit, amount, expires_on, cause_kind, cause_id, place)
        ) move
        join ledger_wallet wallet on wallet.id = move.wallet_id
        window later as (partition by move.wallet_id order by move.place desc rows unbounded preceding)
    ), posting as (
        insert into ledger_transfer (wallet_id, posted_at, cause_id, available_after, seq, amount, debit, credit,
            expires_on, cause_kind, currency)
        select wallet_id, posted, cause_id, available_after, seq, amount, debit, credit, expires_on, cause_kind, currency
        from leg
    ), fresh_lot as (
        insert into ledger_lot (wallet_id, expires_on, remaining)
        select wallet_id, expires_on, sum(case when credit = 1 then amount else -amount end)
        from leg where lot_address is null and 1 in (debit, credit)
        group by wallet_id, expires_on
    ), known_lot as (
        update ledger_lot lot set remaining = lot.remaining + changed.amount
        from (
            select lot_address, sum(case when credit = 1 then amount else -amount end) as amount
            from leg where lot_address is not null and 1 in (debit, credit)
            group by lot_address
        ) changed
        where lot.ctid = changed.lot_address
    )
    insert into ledger_tally (account_id, currency, change)
    select case when debit > 4 then debit else credit end, currency,
        sum(case when debit > 4 then -amount else amount end)
    from leg where debit > 4 or credit > 4
    group by 1, 2;

    return asked + case when indebted then ledger_repay(wallets, posted) else 0 end;
end $$;
