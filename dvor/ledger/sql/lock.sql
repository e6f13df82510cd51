-- Locks wallets (see guard.sql), then reads them: a statement of its own, because only then they are sure to be newest.
select id, resident_id, available, blocked_at
from ledger_wallet
where id = any (%(wallet_ids)s::bigint[])
order by id
for no key update;
