-- Keeps what does not add up in some entries.
insert into settlements_difference (day_id, entry_id, kind, code, kopecks, found_at, reason)
select one.day_id, one.entry_id, one.kind, one.code, one.kopecks, %(at)s::timestamptz, ''
from unnest(
    %(days)s::bigint[], %(entries)s::bigint[], %(kinds)s::smallint[], %(codes)s::text[], %(kopecks)s::bigint[]
) as one (day_id, entry_id, kind, code, kopecks);
