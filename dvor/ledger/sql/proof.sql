-- Recomputes everything that is materialised from transfers alone and returns what differs: what, whose, which part,
-- what transfers say, what is stored.
with leg as (
    select wallet_id, debit as account, -amount::bigint as change, expires_on, cause_kind, cause_id, currency, seq
    from ledger_transfer
    union all
    select wallet_id, credit, amount, expires_on, cause_kind, cause_id, currency, seq
    from ledger_transfer
), purse as (
    select wallet_id, sum(change) filter (where account = 1) as available, sum(change) filter (where account = 2) as held,
        sum(change) filter (where account = 3) as pending, -sum(change) filter (where account = 4) as debt,
        max(seq)::bigint as seq, count(distinct currency)::bigint as currencies, min(currency)::bigint as currency
    from leg group by wallet_id
), chain as (
    select wallet_id, seq, available_after,
        row_number() over running as place,
        sum(case 1 when credit then amount when debit then -amount else 0 end) over running as running_available
    from ledger_transfer
    window running as (partition by wallet_id order by seq rows unbounded preceding)
)
select 'wallet' as what, coalesce(wallet.id, purse.wallet_id) as wallet_id, part.name as part,
    part.proven, part.stored
from ledger_wallet wallet
full join purse on purse.wallet_id = wallet.id
cross join lateral (values
    ('exists', purse.wallet_id is null or wallet.id is not null, null::bigint, null::bigint),
    ('available', null, purse.available::bigint, wallet.available), ('held', null, purse.held::bigint, wallet.held),
    ('pending', null, purse.pending::bigint, wallet.pending), ('debt', null, purse.debt::bigint, wallet.debt),
    ('debt beside points', case when wallet.debt > 0 and wallet.available > 0 then false end, null, null),
    ('seq', null, purse.seq, wallet.seq::bigint),
    ('currency', null, purse.currency, case when purse.currency is not null then wallet.currency::bigint end),
    ('currencies', null, greatest(purse.currencies, 1), 1)
) as part (name, fine, proven, stored)
where part.fine is false or coalesce(part.proven, 0) <> coalesce(part.stored, 0)
union all
select 'chain', wallet_id, 'seq ' || seq, running_available::bigint, available_after
from chain where place <> seq or running_available <> available_after
union all
select 'lot', coalesce(lot.wallet_id, sum.wallet_id), coalesce(lot.expires_on, sum.expires_on)::text, sum.change, lot.remaining
from ledger_lot lot
full join (
    select wallet_id, expires_on, sum(change)::bigint as change from leg where account = 1 group by wallet_id, expires_on
) sum on sum.wallet_id = lot.wallet_id and sum.expires_on = lot.expires_on
where coalesce(sum.change, 0) <> coalesce(lot.remaining, 0)
union all
select 'hold', coalesce(hold.wallet_id, sum.wallet_id), coalesce(hold.id, sum.cause_id)::text, sum.change,
    case when hold.closed_at is null then hold.amount::bigint else 0 end
from ledger_hold hold
full join (
    select wallet_id, cause_id, sum(change)::bigint as change, bool_and(cause_kind = 2) as by_hold
    from leg where account = 2 group by wallet_id, cause_id
) sum on sum.wallet_id = hold.wallet_id and sum.cause_id = hold.id
where coalesce(sum.change, 0) <> case when hold.closed_at is null then coalesce(hold.amount, 0) else 0 end
    or sum.by_hold is false
union all
select 'spent', hold.wallet_id, hold.id::text, coalesce(sum.change, 0),
    case when hold.outcome = 1 and hold.reversed_at is null then hold.amount::bigint else 0 end
from ledger_hold hold
left join (
    select wallet_id, cause_id, account, sum(change)::bigint as change
    from leg where cause_kind = 2 and account > 4 group by wallet_id, cause_id, account
) sum on sum.wallet_id = hold.wallet_id and sum.cause_id = hold.id and sum.account = hold.captured_to
where coalesce(sum.change, 0) <> case when hold.outcome = 1 and hold.reversed_at is null then hold.amount else 0 end
union all
select 'pending', coalesce(pending.wallet_id, sum.wallet_id), coalesce(pending.cause_id, sum.cause_id)::text,
    sum.change, pending.amount::bigint
from ledger_pending pending
full join (
    select wallet_id, cause_kind, cause_id, sum(change)::bigint as change
    from leg where account = 3 group by wallet_id, cause_kind, cause_id
) sum on sum.wallet_id = pending.wallet_id and sum.cause_kind = pending.cause_kind and sum.cause_id = pending.cause_id
where coalesce(sum.change, 0) <> coalesce(pending.amount, 0)
union all
select 'account', null, coalesce(sum.account, tally.account_id) || ' currency ' || coalesce(sum.currency, tally.currency),
    sum.change, tally.change
from (select account, currency, sum(change)::bigint as change from leg where account > 4 group by account, currency) sum
full join (
    select account_id, currency, sum(change)::bigint as change from ledger_tally group by account_id, currency
) tally on tally.account_id = sum.account and tally.currency = sum.currency
where coalesce(sum.change, 0) <> coalesce(tally.change, 0)
union all
select 'currency', null, currency::text, 0, sum(change)::bigint
from leg group by currency having sum(change) <> 0
limit 1000;
