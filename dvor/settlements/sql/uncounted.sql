-- The business days (by the city's calendar) of payments and refunds that are done and not counted in any day yet.
-- Reads downward: payments_payment, payments_refund.
select distinct (payment.paid_at at time zone %(zone)s::text)::date as day
from payments_payment as payment
where payment.status = 3 and payment.acquirer = %(acquirer)s::text
    and (payment.paid_at at time zone %(zone)s::text)::date >= %(since)s::date
    and not exists (select from settlements_item as item where item.payment_id = payment.id)
union
select (refund.settled_at at time zone %(zone)s::text)::date
from payments_refund as refund
join payments_payment as payment on payment.id = refund.payment_id and payment.acquirer = %(acquirer)s::text
where refund.status = 3 and (refund.settled_at at time zone %(zone)s::text)::date >= %(since)s::date
    and not exists (select from settlements_item as item where item.refund_id = refund.id);
