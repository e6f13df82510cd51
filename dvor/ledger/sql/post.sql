-- Issues points: at once, or as pending until they mature. One call for one award or for ten thousand.
with waiting as (
    insert into ledger_pending (wallet_id, cause_kind, cause_id, matures_at, amount, expires_on)
    select * from unnest(
        %(pending_wallets)s::bigint[], %(pending_kinds)s::smallint[], %(pending_causes)s::bigint[],
        %(pending_matures)s::timestamptz[], %(pending_amounts)s::integer[], %(pending_lots)s::date[]
    )
)
select ledger_apply(
    %(wallets)s::bigint[], %(accounts)s::integer[], %(credits)s::integer[], %(amounts)s::integer[], %(lots)s::date[],
    %(cause_kinds)s::smallint[], %(cause_ids)s::bigint[], %(at)s::timestamptz
) as transfers;
