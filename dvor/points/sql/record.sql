-- One call for one activity or for ten thousand; `enter.sql` tells what happens.
select activity_ids, points, reasons, spendable, versions
from points_enter(
    %(places)s::integer[], %(kinds)s::smallint[], %(subjects)s::text[], %(months)s::date[], %(residents)s::bigint[],
    %(levels)s::smallint[], %(sums)s::bigint[], %(occurred)s::timestamptz[], %(days)s::date[], %(currency)s::smallint, %(by)s::bigint,
    %(at)s::timestamptz, %(zone)s
);
