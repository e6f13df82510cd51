-- Locks the next wallets whose pending points have become spendable.
select wallet.id
from ledger_wallet wallet
where wallet.id in (
    select wallet_id from (
        select wallet_id from ledger_pending where matures_at <= %(at)s::timestamptz
        order by matures_at limit %(limit)s::integer
    ) due
)
order by wallet.id
for no key update;
