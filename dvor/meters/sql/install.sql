-- Puts meters into service; those whose number is there already are left out.
with made as (
    insert into meters_meter (flat_id, resource, zones, digits_before, digits_after, unit, installed_on,
        verification_due_on, gis_guid, serial, place, archived_reason, initial_t1, initial_t2, initial_t3, recent)
    select flat_id, resource, zones, digits_before, digits_after, unit, installed_on, verification_due_on, gis_guid,
        serial, place, '', t1, t2, t3, '{}'
    from unnest(
        %(places)s::integer[], %(flat_id)s::bigint[], %(resource)s::smallint[], %(zones)s::smallint[],
        %(digits_before)s::smallint[], %(digits_after)s::smallint[], %(unit)s::smallint[], %(installed_on)s::date[],
        %(verification_due_on)s::date[], %(gis_guid)s::uuid[], %(serial)s::text[], %(place)s::text[],
        %(t1)s::numeric[], %(t2)s::numeric[], %(t3)s::numeric[]
    ) as plate (number, flat_id, resource, zones, digits_before, digits_after, unit, installed_on,
        verification_due_on, gis_guid, serial, place, t1, t2, t3)
    order by number
    on conflict do nothing
    returning id, flat_id, resource, serial
)
select distinct on (made.id) made.id, plate.number as place
from made
join unnest(%(places)s::integer[], %(flat_id)s::bigint[], %(resource)s::smallint[], %(serial)s::text[])
    as plate (number, flat_id, resource, serial)
    on plate.flat_id = made.flat_id and plate.resource = made.resource and plate.serial = made.serial
order by made.id, plate.number;
