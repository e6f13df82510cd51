-- One page of lots that expire between two days, by wallet.
select lot.wallet_id, wallet.resident_id, lot.expires_on, lot.remaining
from ledger_lot lot
join ledger_wallet wallet on wallet.id = lot.wallet_id
where lot.expires_on between %(first)s::date and %(last)s::date and lot.remaining > 0
    and (lot.wallet_id, lot.expires_on) > (%(after_wallet)s::bigint, %(after_day)s::date)
order by lot.wallet_id, lot.expires_on
limit %(limit)s::integer;
