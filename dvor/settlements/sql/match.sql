-- Keeps what some entries settle.
insert into settlements_match (entry_id, day_id, bill_id, kopecks, commission_kopecks, matched_by_id, matched_at, reason)
select one.entry_id, one.day_id, one.bill_id, one.kopecks, one.commission, %(by)s::bigint, %(at)s::timestamptz,
    %(reason)s::text
from unnest(
    %(entries)s::bigint[], %(days)s::bigint[], %(bills)s::bigint[], %(kopecks)s::bigint[], %(commissions)s::bigint[]
) as one (entry_id, day_id, bill_id, kopecks, commission);
