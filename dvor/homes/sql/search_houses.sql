-- Houses whose address has every typed word (by its beginning or its stem); whole matches first, shorter ones next.
select house.id, house.unom, house.address, house.district
from homes_house as house
where house.search @@ homes_address_query(%(text)s::text, false)
order by
    house.search @@ homes_address_query(%(text)s::text, true) desc,
    length(house.address), house.address, house.id
limit %(limit)s::int;
