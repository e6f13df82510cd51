-- The newest version of each reading of one billing month, house by house.
-- Reads downward: homes_flat, homes_house.
select house.unom, house.address, flat.number, meter.resource, meter.serial, meter.gis_guid, latest.t1, latest.t2,
    latest.t3, meter.unit, latest.period, latest.submitted_at, latest.source, latest.version
from (
    select distinct on (reading.house_id, reading.meter_id) reading.*
    from meters_reading reading
    where reading.period = %(month)s::date
        and (%(house_id)s::bigint is null or reading.house_id = %(house_id)s::bigint)
    order by reading.house_id, reading.meter_id, reading.version desc
) latest
join meters_meter meter on meter.id = latest.meter_id
join homes_flat flat on flat.id = meter.flat_id
join homes_house house on house.id = latest.house_id
where %(companies)s::bigint[] is null or house.management_company_id = any(%(companies)s::bigint[])
order by latest.house_id, latest.meter_id;
