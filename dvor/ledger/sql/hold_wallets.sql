-- Locks the wallets of some holds in id order, as every batch does.
select wallet.id, wallet.blocked_at
from ledger_wallet wallet
where wallet.id in (select wallet_id from ledger_hold where id = any (%(hold_ids)s::bigint[]))
order by wallet.id
for no key update;
