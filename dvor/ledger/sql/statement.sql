-- Lines of one wallet, newest first. Partitions are read from the newest backwards and no further than the page needs.
select transfer.posted_at, max(transfer.seq) as seq,
    case
        when debit = 1 and credit = 2 then 'held'
        when debit = 2 and credit = 1 then 'released'
        when debit = 3 and credit = 1 then 'matured'
        when debit = 1 and credit = 5 then 'expired'
        when debit = 2 and receiver.code like 'donated:%%' then 'donated'
        when debit = 2 and credit > 5 then 'spent'
        when credit = 4 then 'repaid'
        when debit = 4 then 'owed'
        when debit > 5 and credit = 1 and cause_kind = 2 then 'given_back'
        when debit > 5 and credit = 1 then 'issued'
        when debit > 5 and credit = 3 then 'promised'
        else 'reversed'
    end as operation,
    sum(amount)::bigint as amount,
    sum(case 1 when credit then amount when debit then -amount else 0 end)::bigint as change,
    (array_agg(available_after order by transfer.seq desc))[1] as available_after,
    cause_kind, cause_id, min(transfer.expires_on) as expires_on
from ledger_transfer transfer
left join ledger_account receiver on receiver.id = transfer.credit
where transfer.wallet_id = ledger_number(%(resident_id)s::bigint, %(currency)s::smallint)
    and (%(since)s::timestamptz is null or transfer.posted_at >= %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or transfer.posted_at < %(until)s::timestamptz)
    and (%(before_at)s::timestamptz is null or transfer.posted_at <= %(before_at)s::timestamptz)
group by transfer.posted_at, cause_kind, cause_id, debit, credit, receiver.code
having %(before_at)s::timestamptz is null
    or (transfer.posted_at, max(transfer.seq)) < (%(before_at)s::timestamptz, %(before_seq)s::integer)
order by transfer.posted_at desc, max(transfer.seq) desc
limit %(limit)s::integer;
