-- Pending points of locked wallets become available.
with due as (
    delete from ledger_pending
    where wallet_id = any (%(wallet_ids)s::bigint[]) and matures_at <= %(at)s::timestamptz
    returning wallet_id, amount, expires_on, cause_kind, cause_id, matures_at
)
select ledger_apply(
    array_agg(wallet_id order by wallet_id, matures_at, cause_id), array_agg(3), array_agg(1),
    array_agg(amount order by wallet_id, matures_at, cause_id),
    array_agg(expires_on order by wallet_id, matures_at, cause_id),
    array_agg(cause_kind order by wallet_id, matures_at, cause_id),
    array_agg(cause_id order by wallet_id, matures_at, cause_id), %(at)s::timestamptz) as transfers
from due;
