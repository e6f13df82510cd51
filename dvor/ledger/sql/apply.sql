-- The only place that writes transfers. Moves come as parallel arrays in the order in which they happen; the caller has
-- locked the wallets. Lots, wallets and tally change in the same statement. A wallet in debt repays it at once from what
-- became available. Returns how many transfers were written.
--
-- The plan is generic on purpose: wallets and lots are reached through their keys whatever the number of moves.
create or replace function ledger_apply(
    wallets bigint[], debits integer[], credits integer[], amounts integer[], lots date[],
    cause_kinds smallint[], cause_ids bigint[], posted timestamptz
) returns integer language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    asked constant integer := coalesce(cardinality(wallets), 0);
    written record;
begin
    if asked = 0 then
        return 0;
    end if;
    with leg as materialized (
        select move.wallet_id, wallet.currency, move.debit, move.credit, move.amount, move.expires_on, move.cause_kind,
            move.cause_id, wallet.seq as seq_before, wallet.debt,
            (wallet.seq + row_number() over running)::integer as seq,
            wallet.available + sum(case 1 when move.credit then move.amount when move.debit then -move.amount else 0 end)
                over running as available_after
        from unnest(wallets, debits, credits, amounts, lots, cause_kinds, cause_ids) with ordinality
            as move (wallet_id, debit, credit, amount, expires_on, cause_kind, cause_id, place)
        join ledger_wallet wallet on wallet.id = move.wallet_id
        window running as (partition by move.wallet_id order by move.place rows unbounded preceding)
    ), posting as (
        insert into ledger_transfer (wallet_id, posted_at, cause_id, available_after, seq, amount, debit, credit,
            expires_on, cause_kind, currency)
        select wallet_id, posted, cause_id, available_after, seq, amount, debit, credit, expires_on, cause_kind, currency
        from leg
    ), gain as (
        insert into ledger_lot as lot (wallet_id, expires_on, remaining)
        select wallet_id, expires_on, sum(amount) from leg where credit = 1 group by wallet_id, expires_on
        on conflict (wallet_id, expires_on) do update set remaining = lot.remaining + excluded.remaining
    ), loss as (
        update ledger_lot lot set remaining = lot.remaining - taken.amount
        from (
            select wallet_id, expires_on, sum(amount) as amount from leg where debit = 1 group by wallet_id, expires_on
        ) taken
        where lot.wallet_id = taken.wallet_id and lot.expires_on = taken.expires_on
        returning taken.amount
    ), purse as (
        update ledger_wallet wallet set
            available = wallet.available + changed.available, held = wallet.held + changed.held,
            pending = wallet.pending + changed.pending, debt = wallet.debt - changed.debt, seq = changed.seq
        from (
            select wallet_id, seq_before, max(seq) as seq,
                sum(case 1 when credit then amount when debit then -amount else 0 end) as available,
                sum(case 2 when credit then amount when debit then -amount else 0 end) as held,
                sum(case 3 when credit then amount when debit then -amount else 0 end) as pending,
                sum(case 4 when credit then amount when debit then -amount else 0 end) as debt
            from leg group by wallet_id, seq_before
        ) changed
        where wallet.id = changed.wallet_id and wallet.seq = changed.seq_before
        returning changed.seq - changed.seq_before as legs
    ), tally as (
        insert into ledger_tally (account_id, currency, change)
        select account_id, currency, sum(change) from (
            select debit as account_id, currency, -sum(amount) as change from leg where debit > 4 group by 1, 2
            union all
            select credit, currency, sum(amount) from leg where credit > 4 group by 1, 2
        ) changed group by account_id, currency order by account_id
    )
    select (select sum(legs) from purse) as legs, (select sum(amount) from loss) as lost, sum(amount) filter (
            where debit = 1) as to_lose, array_agg(distinct wallet_id) filter (where debt > 0 and credit = 1) as indebted
    into written
    from leg;
    if written.legs is distinct from asked or written.lost is distinct from written.to_lose then
        raise exception 'ledger_apply: wallets must exist and be locked, lots must hold what is taken'
            using errcode = 'integrity_constraint_violation';
    end if;
    if written.indebted is null then
        return asked;
    end if;
    return asked + ledger_repay(written.indebted, posted);
end $$;
