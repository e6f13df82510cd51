-- Records activities whose natural key is new, decides them, writes their awards and has the ledger issue the points:
-- one round trip, each package in its own function (decision 0004). Returns the fresh awards only, as columns; who asked
-- for more asks `first_answers.sql` for the rest.
--
-- Everything comes in the order of natural keys, and wallets come after keys, so that two batches never wait for each
-- other in a circle. The number of an activity is a block of this call and the place that the act had in the caller's
-- list. All kinds of a call pay in one currency.
create or replace function points_enter(
    places integer[], kinds smallint[], subjects text[], months date[], residents bigint[], levels smallint[],
    sums bigint[], occurred timestamptz[], currency smallint, acting bigint, moment timestamptz, zone text
) returns table (
    activity_ids bigint[], points integer[], reasons smallint[], spendable timestamptz[], versions integer[]
) language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    block constant bigint := nextval('points_activity_block') * 32768;
    ids bigint[] := array(select block + place from unnest(places) as place);
    blocked bigint[];
    paid_residents bigint[];
    paid_accounts integer[];
    paid_points integer[];
    paid_ids bigint[];
    paid_spendable timestamptz[];
begin
    -- Nearly always every key is new. A plain insert costs half of `on conflict`, so that one is only for the rest.
    begin
        insert into points_activity (id, kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at,
            recorded_at, by_id)
        select fresh.*, moment, acting
        from unnest(ids, kinds, subjects, months, residents, levels, sums, occurred) as fresh;
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

    -- Caps count what a resident was paid before: nobody else may pay him meanwhile.
    if points_capped(kinds) then
        perform ledger_lock(residents, currency, moment);
    end if;
    blocked := ledger_blocked(residents, currency);

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
        returning resident_id, activity_id, kind_id, points, reason, spendable_at, rule_version_id
    )
    select array_agg(activity_id), array_agg(award.points), array_agg(reason), array_agg(spendable_at),
        array_agg(rule_version_id),
        array_agg(resident_id) filter (where award.points > 0), array_agg(account_id) filter (where award.points > 0),
        array_agg(award.points) filter (where award.points > 0),
        array_agg(activity_id) filter (where award.points > 0),
        array_agg(spendable_at) filter (where award.points > 0)
    into activity_ids, points, reasons, spendable, versions,
        paid_residents, paid_accounts, paid_points, paid_ids, paid_spendable
    from award
    join points_kind kind on kind.id = award.kind_id;

    perform ledger_issue(paid_residents, currency, paid_accounts, paid_points, paid_spendable, null, 1::smallint,
        paid_ids, moment, zone);
    return next;
end $$;
