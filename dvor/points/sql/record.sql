-- Records activities whose natural key is new, decides them, and writes their awards. Returns the fresh awards only:
-- who asked for more asks `first_answers.sql` for the rest.
with asked as materialized (
    select nextval('points_activity_number') as id, asked.*
    from unnest(
        %(kinds)s::smallint[], %(subjects)s::text[], %(months)s::date[], %(residents)s::bigint[],
        %(levels)s::smallint[], %(sums)s::bigint[], %(occurred)s::timestamptz[]
    ) as asked (kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at)
), fresh as (
    insert into points_activity (id, resident_id, occurred_at, recorded_at, sum_kopecks, by_id, month, kind_id, level,
        subject)
    select id, resident_id, occurred_at, %(at)s::timestamptz, sum_kopecks, %(by)s::bigint, month, kind_id, level, subject
    from asked
    order by kind_id, subject, month
    on conflict do nothing
    returning id, kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at
), decided as (
    select decided.*
    from (
        select array_agg(id order by id) as ids, array_agg(kind_id order by id) as kinds,
            array_agg(resident_id order by id) as residents, array_agg(level order by id) as levels,
            array_agg(sum_kopecks order by id) as sums, array_agg(occurred_at order by id) as occurred
        from fresh
    ) act
    cross join lateral points_decide(act.ids, act.kinds, act.residents, act.levels, act.sums, act.occurred,
        %(blocked)s::bigint[], %(zone)s, null, null) as decided
), award as (
    insert into points_award (resident_id, recorded_at, activity_id, spendable_at, rule_version_id, points, occurred_on,
        month, kind_id, reason, subject)
    select decided.resident_id, %(at)s::timestamptz, decided.id,
        case when decided.points > 0 and decided.delay_days > 0
            then %(at)s::timestamptz + make_interval(days => decided.delay_days) end,
        decided.rule_version_id, decided.points, decided.occurred_on, fresh.month, decided.kind_id, decided.reason,
        fresh.subject
    from decided
    join fresh on fresh.id = decided.id
    returning activity_id, resident_id, kind_id, subject, month, points, reason, spendable_at, rule_version_id
)
select award.*, kind.account_id
from award
join points_kind kind on kind.id = award.kind_id;
