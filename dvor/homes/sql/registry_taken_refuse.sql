-- Takes out flats whose payer code belongs to another flat here, unless the file gives that flat another code.
-- Runs until it finds nothing (returns how many it found): a flat taken out keeps its code, which may have been promised to the next.
with taken as (
    select staged.ctid as place, staged.row, staged.payer_code, other.number, house.unom
    from homes_registry_flat as staged
    join homes_flat as other on other.payer_code = staged.payer_code
    join homes_house as house on house.id = other.house_id
    left join homes_registry_flat as replaced on replaced.unom = house.unom and replaced.number = other.number
    where (house.unom, other.number) <> (staged.unom, staged.number)
        and (replaced.payer_code is null or replaced.payer_code = other.payer_code)
), refused as (
    delete from homes_registry_flat as flat using taken where flat.ctid = taken.place
), noted as (
    insert into homes_registry_refused (row, fault, value, other, other_flat)
    select row, 'code_taken', payer_code, unom, number from taken
    returning 1
)
select count(*) from noted;
