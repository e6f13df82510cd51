-- Notes that a resident has seen every entry of his feed up to a number; of each house up to its newest one, because the
-- next number of a house may still be on its way.
with scope as materialized (
    select house_id
    from feed_scope(
        %(reader)s::bigint, %(statuses)s::smallint[], %(provens)s::boolean[], %(allowed)s::text[], %(open_kinds)s::text
    )
)
insert into feed_seen as seen (resident_id, house_id, numbers, seen_at)
select
    %(reader)s::bigint, scope.house_id, int8multirange(int8range(null, newest.id, '[]')), %(at)s::timestamptz
from scope
cross join lateral (
    select entry.id from feed_entry as entry
    where entry.house_id = scope.house_id and entry.withdrawn_at is null and entry.hidden_at is null
        and entry.id <= %(upto)s::bigint
    order by entry.id desc
    limit 1
) as newest
order by scope.house_id
on conflict (resident_id, house_id) do update
set numbers = seen.numbers + excluded.numbers, seen_at = excluded.seen_at
where not seen.numbers @> excluded.numbers;
