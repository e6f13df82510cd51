-- Imagined acts decided by the same function as real ones; without a history.
select decided.id, decided.points, decided.reason
from points_decide(
    %(ids)s::bigint[], %(kinds)s::smallint[], %(residents)s::bigint[], %(levels)s::smallint[], %(sums)s::bigint[],
    array_fill(%(day)s::date, array[cardinality(%(ids)s::bigint[])]), '{}', %(zone)s, %(trial)s::jsonb,
    '-infinity'
) as decided
order by decided.id;
