-- What was seen of a resident's device and network; the same again is seen anew.
insert into invites_trace (resident_id, seen_at, sort, hash)
select %(resident)s::bigint, %(at)s::timestamptz, seen.sort, decode(seen.hash, 'hex')
from unnest(%(sorts)s::smallint[], %(hashes)s::text[]) as seen (sort, hash)
on conflict (resident_id, sort, hash) do update set seen_at = greatest(invites_trace.seen_at, excluded.seen_at);
