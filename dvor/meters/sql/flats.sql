-- Flats with the asker's status there and the number of meters in service; locked, so that the limit holds.
-- Reads downward: homes_flat, homes_house, homes_residency.
select flat.id, house.management_company_id as company_id, residency.status, residency.proof <> 'none' as proven,
    (select count(*) from meters_meter meter where meter.flat_id = flat.id and meter.archived_at is null) as meters
from unnest(%(flats)s::bigint[]) as asked (flat_id)
join homes_flat flat on flat.id = asked.flat_id
join homes_house house on house.id = flat.house_id
left join homes_residency residency on residency.flat_id = flat.id and residency.resident_id = %(resident_id)s::bigint
    and residency.since <= %(at)s::timestamptz and coalesce(residency.until > %(at)s::timestamptz, true)
order by flat.id
for no key update of flat;
