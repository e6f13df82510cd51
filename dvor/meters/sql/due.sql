-- Residents of flats with a meter whose verification interval ends between two days.
-- Reads downward: homes_flat, homes_house, homes_residency, people_resident.
select meter.id as meter_id, meter.resource, meter.serial, meter.verification_due_on, flat.id as flat_id, flat.number,
    house.address, residency.resident_id, residency.title, residency.status, residency.proof <> 'none' as proven,
    resident.level
from meters_meter meter
join homes_flat flat on flat.id = meter.flat_id
join homes_house house on house.id = flat.house_id
join homes_residency residency on residency.flat_id = flat.id
    and residency.since <= %(at)s::timestamptz and coalesce(residency.until > %(at)s::timestamptz, true)
join people_resident resident on resident.id = residency.resident_id and resident.deleted_at is null
where meter.archived_at is null and meter.verification_due_on between %(since)s::date and %(until)s::date
order by meter.id, residency.resident_id;
