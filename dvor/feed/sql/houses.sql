-- The houses whose feed a resident reads, his own first, and the kinds that he may see there. Reads downward:
-- homes_house.
select house.id, house.address, scope.is_own, scope.allowed
from feed_scope(
    %(reader)s::bigint, %(statuses)s::smallint[], %(provens)s::boolean[], %(allowed)s::text[], %(open_kinds)s::text
) as scope
join homes_house as house on house.id = scope.house_id
order by scope.is_own desc, house.address, house.id;
