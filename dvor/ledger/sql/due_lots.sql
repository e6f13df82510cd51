-- Locks the next wallets that have lots whose last day is over.
select wallet.id
from ledger_wallet wallet
where wallet.id in (
    select wallet_id from ledger_lot where expires_on < %(day)s::date limit %(limit)s::integer
)
order by wallet.id
for no key update;
