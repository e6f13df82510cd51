-- Meters that the rows of a file speak of: by the housing registry's key; else by number and resource, in the flat that
-- the payer code, or house and number, name; else in the only flat that has such a meter. Those in service first.
-- Reads downward: homes_flat, homes_house.
select asked.place, meter.id, meter.flat_id
from unnest(
    %(places)s::integer[], %(guids)s::uuid[], %(serials)s::text[], %(resources)s::smallint[], %(codes)s::text[],
    %(unoms)s::bigint[], %(addresses)s::text[], %(flats)s::text[]
) as asked (place, guid, serial, resource, code, unom, address, flat)
cross join lateral (
    select known.id, known.flat_id, known.archived_at
    from meters_meter known
    where known.gis_guid = asked.guid
    union all
    select known.id, known.flat_id, known.archived_at
    from meters_meter known
    join homes_flat flat on flat.id = known.flat_id
    join homes_house house on house.id = flat.house_id
    where asked.guid is null and known.serial = asked.serial and known.resource = asked.resource
        and case
            when asked.code is not null and flat.payer_code = asked.code then true
            when asked.unom is not null and asked.flat is not null
                then house.unom = asked.unom and flat.number = asked.flat
            when asked.address is not null and asked.flat is not null
                then lower(house.address) = lower(asked.address) and flat.number = asked.flat
            else asked.code is null
        end
) meter
join homes_flat place_of on place_of.id = meter.flat_id
join homes_house house on house.id = place_of.house_id
where %(companies)s::bigint[] is null or house.management_company_id = any(%(companies)s::bigint[])
order by asked.place, meter.archived_at desc nulls first, meter.id;
