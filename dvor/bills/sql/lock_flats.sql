-- Flats by payer code or id, locked in the order of their ids until the transaction ends: whoever issues or withdraws
-- their bills comes one after another, and never waits in a circle. Reads downward: homes_flat, homes_house.
select flat.id, flat.payer_code, flat.house_id, house.management_company_id
from homes_flat flat
join homes_house house on house.id = flat.house_id
where flat.payer_code = any(%(codes)s::text[]) or flat.id = any(%(ids)s::bigint[])
order by flat.id
for no key update of flat;
