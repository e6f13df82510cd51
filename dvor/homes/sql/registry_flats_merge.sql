-- Adds and changes the flats of some rows of the file; flats that say the same are not rewritten, not even locked.
-- An empty cell says nothing and changes nothing.
with fresh as (
    select staged.*, house.id as house_id, flat.id as flat_id
    from homes_registry_flat as staged
    join homes_house as house on house.unom = staged.unom
    left join homes_flat as flat on flat.house_id = house.id and flat.number = staged.number
    where staged.row >= %(since)s::int and staged.row < %(until)s::int and staged.first = %(first)s::boolean
        and (flat.id is null
            or (coalesce(staged.entrance, flat.entrance), coalesce(staged.floor, flat.floor),
                coalesce(staged.area_cm2, flat.area_cm2), coalesce(staged.payer_code, flat.payer_code))
            is distinct from (flat.entrance, flat.floor, flat.area_cm2, flat.payer_code))
), changed as (
    update homes_flat as flat set
        entrance = coalesce(fresh.entrance, flat.entrance),
        floor = coalesce(fresh.floor, flat.floor),
        area_cm2 = coalesce(fresh.area_cm2, flat.area_cm2),
        payer_code = coalesce(fresh.payer_code, flat.payer_code)
    from fresh where flat.id = fresh.flat_id
    returning 1
), added as (
    insert into homes_flat (house_id, number, entrance, floor, area_cm2, payer_code)
    select house_id, number, entrance, floor, area_cm2, payer_code from fresh where flat_id is null
    order by row
    returning 1
)
select
    (select count(*) from added) as added,
    (select count(*) from changed) as changed,
    (select count(*) from homes_registry_flat
        where row >= %(since)s::int and row < %(until)s::int and first = %(first)s::boolean) as staged;
