-- Parts whose services were paid and that no activity names: right only for those who may not pay bills at the flat.
select part.id, part.flat_id, part.services_kopecks, payment.resident_id, payment.paid_at
from payments_part as part
join payments_payment as payment on payment.id = part.payment_id and payment.status = 3
where part.services_kopecks > 0
    and not exists (
        select from points_activity as activity
        where activity.kind_id = %(kind)s::smallint and activity.subject = 'part:' || part.id
            and activity.month = part.period
    )
order by part.id
limit 1000;
