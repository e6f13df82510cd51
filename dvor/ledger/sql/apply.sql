-- The only place that writes transfers. Moves come as parallel arrays in the order in which they happen; wallets are
-- locked by the caller beforehand. Points that arrive at a wallet in debt repay the debt first. Everything that is
-- materialised (lots, wallets, tally) changes in the same statement. Returns how many transfers were written.
create or replace function ledger_apply(
    wallets bigint[], debits integer[], credits integer[], amounts integer[], lots date[],
    cause_kinds smallint[], cause_ids bigint[], posted timestamptz
) returns integer language plpgsql as $$
#variable_conflict use_column
declare
    written record;
begin
    if cardinality(wallets) = 0 or wallets is null then
        return 0;
    end if;
    with move as (
        select asked.*, wallet.seq, wallet.available, wallet.currency,
            case when asked.credit = 1 and wallet.debt > 0 then
                least(asked.amount, greatest(0, wallet.debt
                    - coalesce(sum(asked.amount) filter (where asked.credit = 1) over earlier, 0)))::integer
            else 0 end as repaid
        from unnest(wallets, debits, credits, amounts, lots, cause_kinds, cause_ids) with ordinality
            as asked (wallet_id, debit, credit, amount, expires_on, cause_kind, cause_id, place)
        join ledger_wallet wallet on wallet.id = asked.wallet_id
        window earlier as (
            partition by asked.wallet_id order by asked.place rows between unbounded preceding and 1 preceding
        )
    ), leg as materialized (
        select move.wallet_id, move.currency, move.debit, side.credit, side.amount, side.expires_on,
            move.cause_kind, move.cause_id, move.seq as seq_before,
            (move.seq + row_number() over running)::integer as seq,
            move.available + sum(case 1 when side.credit then side.amount when move.debit then -side.amount else 0 end)
                over running as available_after
        from move
        cross join lateral (
            values (4, move.repaid, null::date), (move.credit, move.amount - move.repaid, move.expires_on)
        ) as side (credit, amount, expires_on)
        where side.amount > 0
        window running as (partition by move.wallet_id order by move.place rows unbounded preceding)
    ), posting as (
        insert into ledger_transfer (wallet_id, posted_at, cause_id, available_after, seq, amount, debit, credit,
            expires_on, cause_kind, currency)
        select wallet_id, posted, cause_id, available_after, seq, amount, debit, credit, expires_on, cause_kind, currency
        from leg
        returning amount
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
    select (select count(*) from posting) as legs, (select coalesce(sum(amount), 0) from posting) as amount,
        (select coalesce(sum(amount), 0) from loss) as lost,
        (select coalesce(sum(amount), 0) from leg where debit = 1) as to_lose,
        (select coalesce(sum(legs), 0) from purse) as counted
    into written;
    if written.amount <> (select sum(amount) from unnest(amounts) as amount) or written.lost <> written.to_lose
        or written.counted <> written.legs
    then
        raise exception 'ledger_apply: wallets must exist and be locked, lots must hold what is taken'
            using errcode = 'integrity_constraint_violation';
    end if;
    return written.legs;
end $$;
