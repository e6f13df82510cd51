-- Who lives at these flats, with what the rights need to decide. Reads downward: homes_*, people_resident.
select flat.id as flat_id, flat.number, house.address, residency.resident_id, residency.title, residency.status,
    residency.proof <> 'none' as proven, resident.level
from homes_flat flat
join homes_house house on house.id = flat.house_id
join homes_residency residency on residency.flat_id = flat.id
    and residency.since <= %(at)s::timestamptz and coalesce(residency.until > %(at)s::timestamptz, true)
join people_resident resident on resident.id = residency.resident_id and resident.deleted_at is null
where flat.id = any(%(flats)s::bigint[])
order by flat.id, residency.resident_id;
