insert into points_reversal (activity_id, resident_id, awarded_at, reversed_at, reversed_by, points, reason)
select activity_id, resident_id, awarded_at, %(at)s::timestamptz, %(by)s::bigint, points, %(reason)s
from unnest(%(activities)s::bigint[], %(residents)s::bigint[], %(awarded)s::timestamptz[], %(amounts)s::integer[])
    as asked (activity_id, resident_id, awarded_at, points)
order by activity_id
on conflict (activity_id) do nothing
returning activity_id;
