-- What cannot be in the books. Reads downward: payments_payment, payments_refund.
with matched as (
    select match.day_id, sum(match.kopecks) filter (where match.bill_id is null) as received,
        sum(match.commission_kopecks) as commission,
        sum(match.kopecks) filter (where match.bill_id is not null) as direct
    from settlements_match as match group by match.day_id
), counted as (
    select item.day_id, sum(item.kopecks) as expected from settlements_item as item group by item.day_id
), told as (
    select difference.day_id,
        sum(difference.kopecks) filter (where difference.entry_id is null and difference.resolved_at is not null)
            as explained,
        count(*) filter (where difference.resolved_at is null and difference.gone_at is null) as open
    from settlements_difference as difference group by difference.day_id
), days as (
    select day.*, coalesce(counted.expected, 0) as expected, coalesce(matched.received, 0) as received,
        coalesce(matched.commission, 0) as commission, coalesce(matched.direct, 0) as direct,
        coalesce(told.explained, 0) as explained, coalesce(told.open, 0) as open
    from settlements_day as day
    left join counted on counted.day_id = day.id
    left join matched on matched.day_id = day.id
    left join told on told.day_id = day.id
)
select 'day.expected' as what, id as subject, expected::bigint as proven, expected_kopecks as stored
from days where expected <> expected_kopecks
union all
select 'day.received', id, received::bigint, received_kopecks from days where received <> received_kopecks
union all
select 'day.commission', id, commission::bigint, commission_kopecks from days where commission <> commission_kopecks
union all
select 'day.direct', id, direct::bigint, direct_kopecks from days where direct <> direct_kopecks
union all
select 'day.explained', id, explained::bigint, explained_kopecks from days where explained <> explained_kopecks
union all
select 'day.open', id, open::bigint, open_count::bigint from days where open <> open_count
union all
select 'day.closed', id, (received + commission + explained)::bigint, expected::bigint
from days where closed_at is not null and (expected <> received + commission + explained or open <> 0)
union all
select 'item.payment', item.id, payment.total_kopecks, item.kopecks
from settlements_item as item
join settlements_day as day on day.id = item.day_id
join settlements_account as account on account.id = day.account_id
join payments_payment as payment on payment.id = item.payment_id
where payment.status <> 3 or payment.total_kopecks <> item.kopecks or payment.acquirer <> account.acquirer
    or (payment.paid_at at time zone %(zone)s::text)::date <> day.day
union all
select 'item.refund', item.id, - refund.sum_kopecks, item.kopecks
from settlements_item as item
join settlements_day as day on day.id = item.day_id
join payments_refund as refund on refund.id = item.refund_id
where refund.status <> 3 or refund.sum_kopecks <> - item.kopecks
    or (refund.settled_at at time zone %(zone)s::text)::date <> day.day
union all
select 'entry.matched', entry.id, entry.kopecks, sum(match.kopecks)::bigint
from settlements_entry as entry
join settlements_match as match on match.entry_id = entry.id
group by entry.id
having sum(match.kopecks) <> entry.kopecks
union all
select 'entry.untold', entry.id, entry.kopecks, 0
from settlements_entry as entry
join settlements_account as account on account.id = entry.account_id
where entry.kind <> 1 and entry.booked_on >= account.since
    and not exists (select from settlements_match as match where match.entry_id = entry.id)
    and not exists (select from settlements_difference as difference where difference.entry_id = entry.id)
order by what, subject
limit 1000;
