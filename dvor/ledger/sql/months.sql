select date_trunc('month', transfer.posted_at at time zone %(zone)s)::date as month,
    coalesce(sum(case when debit > 5 then amount when credit > 5 then -amount end)
        filter (where cause_kind = 1), 0)::bigint as awarded,
    coalesce(sum(case when credit > 5 then amount when debit > 5 then -amount end)
        filter (where cause_kind = 2), 0)::bigint as spent,
    coalesce(sum(amount) filter (where credit = 5), 0)::bigint as expired
from ledger_transfer transfer
where transfer.wallet_id = ledger_number(%(resident_id)s::bigint, %(currency)s::smallint)
    and transfer.posted_at >= %(since)s::timestamptz
group by 1 order by 1;
