-- Takes issued points back: from pending of the same cause, then from available lots oldest first; what they do not
-- cover becomes debt.
with asked as materialized (
    select asked.*, least(asked.amount, coalesce(pending.amount, 0)) as waiting, pending.expires_on
    from unnest(
        %(wallet_ids)s::bigint[], %(accounts)s::integer[], %(amounts)s::integer[], %(cause_kinds)s::smallint[],
        %(cause_ids)s::bigint[]
    ) with ordinality as asked (wallet_id, account, amount, cause_kind, cause_id, place)
    left join ledger_pending pending on pending.wallet_id = asked.wallet_id
        and pending.cause_kind = asked.cause_kind and pending.cause_id = asked.cause_id
), dropped as (
    delete from ledger_pending pending using asked
    where pending.wallet_id = asked.wallet_id and pending.cause_kind = asked.cause_kind
        and pending.cause_id = asked.cause_id and pending.amount = asked.waiting
), lessened as (
    update ledger_pending pending set amount = pending.amount - asked.waiting from asked
    where pending.wallet_id = asked.wallet_id and pending.cause_kind = asked.cause_kind
        and pending.cause_id = asked.cause_id and pending.amount > asked.waiting
), taken as materialized (
    select taken.* from (
        select array_agg(wallet_id order by place) as wallets, array_agg(amount - waiting order by place) as amounts
        from asked
    ) demand, ledger_take(demand.wallets, demand.amounts, '-infinity') as taken
), move as (
    select place, wallet_id, 3 as debit, account, waiting as amount, expires_on, cause_kind, cause_id
    from asked where waiting > 0
    union all
    select taken.place, taken.wallet_id, 1, asked.account, taken.amount, taken.expires_on,
        asked.cause_kind, asked.cause_id
    from taken join asked on asked.place = taken.place
    union all
    select asked.place, asked.wallet_id, 4, asked.account, asked.amount - asked.waiting - coalesce(paid.amount, 0),
        null, asked.cause_kind, asked.cause_id
    from asked left join (select place, sum(amount)::integer as amount from taken group by place) paid
        on paid.place = asked.place
    where asked.amount - asked.waiting > coalesce(paid.amount, 0)
)
select ledger_apply(
    array_agg(wallet_id order by place), array_agg(debit order by place), array_agg(account order by place),
    array_agg(amount order by place), array_agg(expires_on order by place), array_agg(cause_kind order by place),
    array_agg(cause_id order by place), %(at)s::timestamptz
) as transfers
from move;
