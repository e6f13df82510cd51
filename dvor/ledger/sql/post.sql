-- Issues points: at once, or as pending until they mature. One call for one award or for ten thousand.
with issue as materialized (
    select asked.*,
        coalesce(asked.lot, (date_trunc('month', coalesce(asked.matures_at, %(at)s::timestamptz) at time zone %(zone)s)
            + make_interval(months => terms.lot_months + 1))::date - 1) as expires_on
    from unnest(
        %(wallet_ids)s::bigint[], %(accounts)s::integer[], %(amounts)s::integer[], %(cause_kinds)s::smallint[],
        %(cause_ids)s::bigint[], %(matures)s::timestamptz[], %(lots)s::date[]
    ) with ordinality as asked (wallet_id, account, amount, cause_kind, cause_id, matures_at, lot, place)
    join ledger_wallet wallet on wallet.id = asked.wallet_id
    join ledger_currency terms on terms.currency = wallet.currency
), waiting as (
    insert into ledger_pending (wallet_id, cause_kind, cause_id, matures_at, amount, expires_on)
    select wallet_id, cause_kind, cause_id, matures_at, amount, expires_on from issue where matures_at is not null
)
select ledger_apply(
    array_agg(wallet_id order by place), array_agg(account order by place),
    array_agg(case when matures_at is null then 1 else 3 end order by place), array_agg(amount order by place),
    array_agg(expires_on order by place), array_agg(cause_kind order by place), array_agg(cause_id order by place),
    %(at)s::timestamptz
) as transfers
from issue;
