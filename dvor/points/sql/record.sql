-- One call for one activity or for ten thousand; `enter.sql` tells what happens.
select entered.activity_ids, entered.points, entered.reasons, entered.spendable, entered.versions, entered.accounts
from points_enter(
    %(places)s::integer[], %(kinds)s::smallint[], %(subjects)s::text[], %(months)s::date[], %(residents)s::bigint[],
    %(levels)s::smallint[], %(sums)s::bigint[], %(occurred)s::timestamptz[], %(blocked)s::bigint[], %(by)s::bigint,
    %(at)s::timestamptz, %(zone)s
) as entered;
