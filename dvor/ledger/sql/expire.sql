-- What is left of expired lots of locked wallets goes to the account `expired`.
select ledger_apply(
    array_agg(wallet_id order by wallet_id, expires_on), array_agg(1), array_agg(5),
    array_agg(remaining::integer order by wallet_id, expires_on), array_agg(expires_on order by wallet_id, expires_on),
    array_agg(3::smallint), array_agg(0::bigint), %(at)s::timestamptz) as transfers
from ledger_lot
where wallet_id = any (%(wallet_ids)s::bigint[]) and expires_on < %(day)s::date and remaining > 0;
