-- Adds new houses and changes those that differ; an empty cell says nothing and changes nothing.
-- Reads people_organisation, which lies below, to find the management company by its taxpayer number.
with fresh as (
    select
        staged.*, company.id as company_id, house.id as house_id
    from homes_registry_house as staged
    left join people_organisation as company on company.inn = staged.inn
    left join homes_house as house on house.unom = staged.unom
    where house.id is null
        or (staged.address, coalesce(staged.fias_guid, house.fias_guid), coalesce(staged.district, house.district),
            coalesce(company.id, house.management_company_id), coalesce(staged.built_in, house.built_in),
            coalesce(staged.floors, house.floors), coalesce(staged.connected_since, house.connected_since))
        is distinct from (house.address, house.fias_guid, house.district, house.management_company_id, house.built_in,
            house.floors, house.connected_since)
), changed as (
    update homes_house as house set
        address = fresh.address,
        fias_guid = coalesce(fresh.fias_guid, house.fias_guid),
        district = coalesce(fresh.district, house.district),
        management_company_id = coalesce(fresh.company_id, house.management_company_id),
        built_in = coalesce(fresh.built_in, house.built_in),
        floors = coalesce(fresh.floors, house.floors),
        connected_since = coalesce(fresh.connected_since, house.connected_since)
    from fresh where house.id = fresh.house_id
    returning 1
), added as (
    insert into homes_house
        (unom, fias_guid, address, district, time_zone, management_company_id, built_in, floors, connected_since)
    select unom, fias_guid, address, coalesce(district, ''), '', company_id, built_in, floors, connected_since
    from fresh where house_id is null
    order by row
    returning 1
)
select (select count(*) from added) as added, (select count(*) from changed) as changed;
