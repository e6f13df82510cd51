-- Bills that came since a resident agreed to have them paid and of which he was not told yet; the consents are locked,
-- so that two workers never announce the same.
select autopay.id as autopay_id, bill.id as bill_id
from payments_autopay autopay
join bills_bill bill on bill.flat_id = autopay.flat_id
    and bill.kind = 1
    and bill.superseded_at is null
    and bill.withdrawn_at is null
    and bill.issued_at >= autopay.consented_at
where autopay.ended_at is null
    and autopay.id > %(after)s::bigint
    and not exists (
        select from payments_autopayrun run where run.autopay_id = autopay.id and run.bill_id = bill.id
    )
order by autopay.id, bill.id
limit %(batch)s::integer
for no key update of autopay skip locked;
