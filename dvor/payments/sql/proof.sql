-- What cannot be in the books of payments: sums that do not add up, points without money, points of another sum.
with back as (
    select refund.payment_id, refund.id as refund_id, (entry ->> 0)::bigint as part_id,
        (entry ->> 1)::bigint as services, (entry ->> 2)::bigint as penalty, (entry ->> 3)::bigint as insurance
    from payments_refund as refund, jsonb_array_elements(refund.parts) as entry
    where refund.status = 3
),
earned as (
    select split_part(activity.subject, ':', 2)::bigint as part_id, activity.resident_id, activity.month,
        activity.sum_kopecks, award.points > 0 and reversal.activity_id is null as is_live,
        row_number() over (partition by split_part(activity.subject, ':', 2) order by activity.id desc) as place
    from points_activity as activity
    join points_award as award on award.resident_id = activity.resident_id
        and award.recorded_at = activity.recorded_at and award.activity_id = activity.id
    left join points_reversal as reversal on reversal.activity_id = activity.id
    where activity.kind_id = %(kind)s::smallint and activity.subject ~ '^part:\d{1,18}(:r\d{1,18})?$'
),
paid as (
    select part.id, part.services_kopecks - part.refunded_services_kopecks as kept_kopecks, part.period,
        payment.resident_id, payment.status
    from payments_part as part
    join payments_payment as payment on payment.id = part.payment_id
)
select 'payment.total' as what, payment.id as subject,
    coalesce(sum(part.services_kopecks + part.penalty_kopecks + part.insurance_kopecks), 0)::bigint as proven,
    payment.total_kopecks as stored
from payments_payment as payment
left join payments_part as part on part.payment_id = payment.id
group by payment.id
having payment.total_kopecks
    <> coalesce(sum(part.services_kopecks + part.penalty_kopecks + part.insurance_kopecks), 0)
union all
select 'payment.refunded', payment.id, coalesce(gone.kopecks, 0)::bigint, payment.refunded_kopecks
from payments_payment as payment
left join (
    select payment_id, sum(sum_kopecks) as kopecks from payments_refund where status = 3 group by payment_id
) as gone on gone.payment_id = payment.id
where payment.refunded_kopecks <> coalesce(gone.kopecks, 0)
union all
select 'refund.parts', refund.id, coalesce(sum(back.services + back.penalty + back.insurance), 0)::bigint,
    refund.sum_kopecks
from payments_refund as refund
left join back on back.refund_id = refund.id
where refund.status = 3
group by refund.id
having refund.sum_kopecks <> coalesce(sum(back.services + back.penalty + back.insurance), 0)
union all
select 'part.refunded', part.id, coalesce(sum(back.services + back.penalty + back.insurance), 0)::bigint,
    part.refunded_services_kopecks + part.refunded_penalty_kopecks + part.refunded_insurance_kopecks
from payments_part as part
left join back on back.part_id = part.id
group by part.id
having (part.refunded_services_kopecks, part.refunded_penalty_kopecks, part.refunded_insurance_kopecks)
    <> (coalesce(sum(back.services), 0), coalesce(sum(back.penalty), 0), coalesce(sum(back.insurance), 0))
union all
select 'payment.status', payment.id, event.after::bigint, payment.status::bigint
from payments_payment as payment
left join lateral (
    select after from payments_event where payment_id = payment.id and refund_id is null order by id desc limit 1
) as event on true
where event.after is distinct from payment.status
union all
select 'points.without_money', earned.part_id, coalesce(paid.kept_kopecks, 0), earned.sum_kopecks
from earned
left join paid on paid.id = earned.part_id and paid.status = 3 and paid.resident_id = earned.resident_id
    and paid.period = earned.month
where paid.id is null
    or (earned.is_live and (earned.place > 1 or earned.sum_kopecks <> paid.kept_kopecks))
union all
select 'points.of_the_rest', paid.id, paid.kept_kopecks, earned.sum_kopecks
from paid
join earned on earned.part_id = paid.id and earned.place = 1
where paid.status = 3 and paid.kept_kopecks > 0 and earned.sum_kopecks <> paid.kept_kopecks
order by what, subject
limit 1000;
