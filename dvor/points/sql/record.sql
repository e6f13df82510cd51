-- Records activities whose natural key is new, decides them, and writes their awards. Returns the fresh awards only, as
-- columns; who asked for more asks `first_answers.sql` for the rest. Input comes in the order of natural keys, so that
-- two batches never wait for each other in a circle; the number of an activity is a block of this call and the place
-- that it had in the caller's list.
with block as materialized (
    select nextval('points_activity_block') * 32768 as first
), fresh as (
    insert into points_activity (id, resident_id, occurred_at, recorded_at, sum_kopecks, by_id, month, kind_id, level,
        subject)
    select block.first + asked.place, asked.resident_id, asked.occurred_at, %(at)s::timestamptz, asked.sum_kopecks,
        %(by)s::bigint, asked.month, asked.kind_id, asked.level, asked.subject
    from block
    cross join unnest(
        %(places)s::integer[], %(kinds)s::smallint[], %(subjects)s::text[], %(months)s::date[],
        %(residents)s::bigint[], %(levels)s::smallint[], %(sums)s::bigint[], %(occurred)s::timestamptz[]
    ) as asked (place, kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at)
    on conflict do nothing
    returning id, kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at
), decided as (
    select decided.*
    from (
        select array_agg(id) as ids, array_agg(kind_id) as kinds, array_agg(resident_id) as residents,
            array_agg(level) as levels, array_agg(sum_kopecks) as sums, array_agg(occurred_at) as occurred
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
    returning activity_id, points, reason, spendable_at, rule_version_id
)
select array_agg(activity_id) as ids, array_agg(points) as points, array_agg(reason) as reasons,
    array_agg(spendable_at) as spendable_at, array_agg(rule_version_id) as rule_version_ids,
    (select jsonb_object_agg(id, account_id) from points_kind) as accounts
from award;
