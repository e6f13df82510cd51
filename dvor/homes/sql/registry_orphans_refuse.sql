-- Takes out flats whose house was refused; the row that was refused for the house itself is not noted twice.
with refused as (
    delete from homes_registry_flat as flat
    where not exists (select from homes_registry_house as house where house.unom = flat.unom)
    returning flat.row, flat.unom
)
insert into homes_registry_refused (row, fault, value)
select row, 'house_refused', unom from refused
where not exists (select from homes_registry_refused as noted where noted.row = refused.row);
