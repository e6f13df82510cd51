-- Takes out houses whose FIAS GUID is already another house's, in the file or here; notes them as refused.
with taken as (
    select house.row, house.unom, house.fias_guid, other.unom as other_unom
    from homes_registry_house as house
    join homes_house as other on other.fias_guid = house.fias_guid and other.unom <> house.unom
    union
    select house.row, house.unom, house.fias_guid, other.unom
    from homes_registry_house as house
    join homes_registry_house as other on other.fias_guid = house.fias_guid and other.unom <> house.unom
), refused as (
    delete from homes_registry_house as house using taken where house.unom = taken.unom
)
insert into homes_registry_refused (row, fault, value, other)
select row, 'fias_taken', fias_guid::text, min(other_unom) from taken group by row, fias_guid;
