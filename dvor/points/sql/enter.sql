-- Records activities whose natural key is new, decides them and writes their awards. Returns the fresh awards only, as
-- columns; who asked for more asks `first_answers.sql` for the rest.
--
-- Input comes in the order of natural keys, so that two batches never wait for each other in a circle. The number of an
-- activity is a block of this call and the place that the act had in the caller's list.
create or replace function points_record(
    places integer[], kinds smallint[], subjects text[], months date[], residents bigint[], levels smallint[],
    sums bigint[], occurred timestamptz[], blocked bigint[], acting bigint, moment timestamptz, zone text
) returns table (
    activity_ids bigint[], points integer[], reasons smallint[], spendable timestamptz[], versions integer[],
    accounts jsonb
) language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    block constant bigint := nextval('points_activity_block') * 32768;
    ids bigint[] := array(select block + place from unnest(places) as place);
begin
    -- Nearly always every key is new. A plain insert costs half of `on conflict`, so that one is only for the rest.
    begin
        insert into points_activity (id, kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at,
            recorded_at, by_id)
        select asked.*, moment, acting
        from unnest(ids, kinds, subjects, months, residents, levels, sums, occurred) as asked;
    exception when unique_violation then
        with fresh as (
            insert into points_activity (id, kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at,
                recorded_at, by_id)
            select asked.*, moment, acting
            from unnest(ids, kinds, subjects, months, residents, levels, sums, occurred) as asked
            on conflict do nothing
            returning id, kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at
        )
        select array_agg(id), array_agg(kind_id), array_agg(subject), array_agg(month), array_agg(resident_id),
            array_agg(level), array_agg(sum_kopecks), array_agg(occurred_at)
        into ids, kinds, subjects, months, residents, levels, sums, occurred
        from fresh;
    end;

    return query
    with decided as (
        select * from points_decide(ids, kinds, residents, levels, sums, occurred, blocked, zone, null, null)
    ), award as (
        insert into points_award (resident_id, recorded_at, activity_id, spendable_at, rule_version_id, points,
            occurred_on, month, kind_id, reason, subject)
        select decided.resident_id, moment, decided.id,
            case when decided.points > 0 and decided.delay_days > 0
                then moment + make_interval(days => decided.delay_days) end,
            decided.rule_version_id, decided.points, decided.occurred_on, fresh.month, decided.kind_id, decided.reason,
            fresh.subject
        from decided
        join unnest(ids, subjects, months) as fresh (id, subject, month) on fresh.id = decided.id
        returning activity_id, points, reason, spendable_at, rule_version_id
    )
    select array_agg(activity_id), array_agg(award.points), array_agg(reason), array_agg(spendable_at),
        array_agg(rule_version_id), (select jsonb_object_agg(kind.id, kind.account_id) from points_kind kind)
    from award;
end $$;
