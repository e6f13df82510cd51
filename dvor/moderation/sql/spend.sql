-- Counts an act in its hour and its day, unless that would be more than allowed: a full counter returns no row. The
-- counters are always locked in the same order.
insert into moderation_tally as tally (resident_id, act, hours, started_at, count, most)
select %(resident)s, %(act)s, hours, started_at, %(count)s, most
from unnest(%(hours)s::smallint[], %(started)s::timestamptz[], %(most)s::integer[]) as given (hours, started_at, most)
where most >= %(count)s
order by hours
on conflict (resident_id, act, hours, started_at)
do update set count = tally.count + excluded.count, most = excluded.most
where tally.count + excluded.count <= excluded.most
returning hours;
