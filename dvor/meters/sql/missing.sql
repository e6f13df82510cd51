-- Residents of a range of flats where a meter under one of the given window rules still misses the month's reading.
-- Reads downward: homes_flat, homes_house, homes_residency, people_resident.
select flat.id as flat_id, flat.number, house.address, residency.resident_id, residency.title, residency.status,
    residency.proof <> 'none' as proven, resident.level, missing.resources, missing.rules, missing.meters
from homes_flat flat
join homes_house house on house.id = flat.house_id and house.time_zone = %(zone)s
cross join lateral (
    select array_agg(distinct meter.resource) as resources, array_agg(distinct rule.id) as rules, count(*) as meters
    from meters_meter meter
    cross join lateral meters_window_of(house.id, house.management_company_id, meter.resource, %(month)s::date) rule
    where meter.flat_id = flat.id and meter.archived_at is null
        and coalesce(meter.last_period < %(month)s::date, true)
        and coalesce(meter.verification_due_on >= %(day)s::date, true)
        and rule.id = any(%(rules)s::bigint[])
) missing
join homes_residency residency on residency.flat_id = flat.id
    and residency.since <= %(at)s::timestamptz and coalesce(residency.until > %(at)s::timestamptz, true)
join people_resident resident on resident.id = residency.resident_id and resident.deleted_at is null
where flat.id >= %(since)s::bigint and flat.id < %(until)s::bigint and missing.meters > 0
order by flat.id, residency.resident_id;
