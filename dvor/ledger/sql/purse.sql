-- A resident's balance in one currency and, with it, what expires when: a row a live lot, one row where there is none.
select
    wallet.available, wallet.held, wallet.pending, wallet.debt, wallet.blocked_at, wallet.blocked_reason,
    lot.expires_on, lot.remaining
from ledger_wallet as wallet
left join ledger_lot as lot on lot.wallet_id = wallet.id and lot.remaining > 0 and lot.expires_on >= %(day)s::date
where wallet.resident_id = %(resident)s::bigint and wallet.currency = %(currency)s
order by lot.expires_on;
