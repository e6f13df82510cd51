-- Counts payments and refunds that are done into their open business days; each once, for ever (unique keys).
-- A payment belongs to the day of the acquirer's clock, a refund to the day on which we learnt that it was done.
-- Reads downward: payments_payment, payments_refund.
with days as (
    select one.id, one.day from unnest(%(ids)s::bigint[], %(days)s::date[]) as one (id, day)
), owed as (
    select (payment.paid_at at time zone %(zone)s::text)::date as day, payment.id as payment_id,
        null::bigint as refund_id, payment.total_kopecks as kopecks
    from payments_payment as payment
    where payment.status = 3 and payment.acquirer = %(acquirer)s::text
    union all
    select (refund.settled_at at time zone %(zone)s::text)::date, null, refund.id, - refund.sum_kopecks
    from payments_refund as refund
    join payments_payment as payment on payment.id = refund.payment_id and payment.acquirer = %(acquirer)s::text
    where refund.status = 3
)
insert into settlements_item (day_id, payment_id, refund_id, kopecks)
select days.id, owed.payment_id, owed.refund_id, owed.kopecks
from owed join days on days.day = owed.day
where not exists (select from settlements_item as item where item.payment_id = owed.payment_id)
    and not exists (select from settlements_item as item where item.refund_id = owed.refund_id)
on conflict do nothing
returning id;
