-- Writes versions of bills, in the order of the unique key.
insert into bills_bill (
    flat_id, house_id, payee_id, issued_at, charged_kopecks, penalty_kopecks, insurance_kopecks, debt_before_kopecks,
    advance_before_kopecks, taken_kopecks, period, due_on, taken_until, last_payment_on, kind, version, number,
    withdrawn_reason, debts, content
)
select
    flat_id, house_id, payee_id, %(at)s::timestamptz, charged_kopecks, penalty_kopecks, insurance_kopecks,
    debt_before_kopecks, advance_before_kopecks, taken_kopecks, period, due_on, taken_until, last_payment_on, kind,
    version, number, '', debts::jsonb, decode(content, 'hex')
from unnest(
    %(flats)s::bigint[], %(houses)s::bigint[], %(payees)s::bigint[], %(charged_kopecks)s::bigint[],
    %(penalty_kopecks)s::bigint[], %(insurance_kopecks)s::bigint[], %(debt_before_kopecks)s::bigint[],
    %(advance_before_kopecks)s::bigint[], %(taken_kopecks)s::bigint[], %(periods)s::date[], %(due_on)s::date[],
    %(taken_until)s::date[], %(last_payment_on)s::date[], %(kinds)s::smallint[], %(versions)s::smallint[],
    %(number)s::text[], %(debts)s::text[], %(contents)s::text[]
) as fresh (
    flat_id, house_id, payee_id, charged_kopecks, penalty_kopecks, insurance_kopecks, debt_before_kopecks,
    advance_before_kopecks, taken_kopecks, period, due_on, taken_until, last_payment_on, kind, version, number, debts,
    content
)
order by flat_id, period, kind
returning id, flat_id, period, kind;
