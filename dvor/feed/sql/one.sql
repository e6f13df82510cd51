-- The cards of one thing that a resident may see, in his houses. Reads downward: homes_house (address, zone).
select entry.house_id, entry.entrance, entry.url, entry.published_at, house.address, house.time_zone
from feed_scope(
    %(reader)s::bigint, %(statuses)s::smallint[], %(provens)s::boolean[], %(allowed)s::text[], %(open_kinds)s::text
) as scope
join feed_entry as entry on entry.house_id = scope.house_id
join homes_house as house on house.id = entry.house_id
where entry.subject = any(%(subjects)s::text[]) and entry.kind = any(scope.allowed)
    and entry.withdrawn_at is null and entry.hidden_at is null
    and (entry.entrance is null or scope.entrances is null or entry.entrance = any(scope.entrances))
order by scope.is_own desc, house.address, entry.entrance;
