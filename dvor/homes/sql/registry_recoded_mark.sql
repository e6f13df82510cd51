-- Payer codes that move from flat to flat go first and together: their flats give the old codes up, in the same
-- transaction in which the new ones are merged, so that no order of rows can collide.
with recoded as (
    select flat.id, flat.payer_code, staged.ctid as place
    from homes_registry_flat as staged
    join homes_house as house on house.unom = staged.unom
    join homes_flat as flat on flat.house_id = house.id and flat.number = staged.number
    where staged.payer_code <> flat.payer_code
), released as (
    update homes_flat as flat set payer_code = null from recoded where flat.id = recoded.id
)
update homes_registry_flat as staged set first = true
where staged.ctid in (select place from recoded)
    or staged.payer_code in (select payer_code from recoded);
