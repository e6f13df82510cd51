-- What acts would earn if they were recorded now; nothing is written. The same function decides that decides payments.
select decided.id, decided.points, decided.reason, decided.delay_days
from points_decide(
    %(ids)s::bigint[], %(kinds)s::smallint[], %(residents)s::bigint[], %(levels)s::smallint[], %(sums)s::bigint[],
    %(days)s::date[], ledger_blocked(%(residents)s::bigint[], %(currency)s::smallint), %(zone)s, null, null
) as decided
order by decided.id;
