-- The flats of payer codes and their current bills of a month. Reads downward: homes_flat, bills_bill.
select asked.place, flat.id as flat_id, bill.id as bill_id, bill.withdrawn_at is not null as withdrawn
from unnest(%(places)s::integer[], %(codes)s::text[], %(periods)s::date[]) as asked (place, code, period)
join homes_flat as flat on flat.payer_code = asked.code
left join bills_bill as bill on bill.flat_id = flat.id and bill.period = asked.period and bill.superseded_at is null
order by asked.place, bill.withdrawn_at nulls first, bill.kind;
