-- Versions that stand now for flats, months and kinds. The flats are locked.
select asked.place, bill.id, bill.version, bill.content, bill.withdrawn_at
from unnest(%(places)s::integer[], %(flats)s::bigint[], %(periods)s::date[], %(kinds)s::smallint[])
    as asked (place, flat_id, period, kind)
join bills_bill bill
    on bill.flat_id = asked.flat_id and bill.period = asked.period and bill.kind = asked.kind
    and bill.superseded_at is null;
