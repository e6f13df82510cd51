-- Records activities whose natural key is new, decides them, writes their awards and has the ledger issue the points:
-- one round trip, each package in its own function (decision 0004). Returns the fresh awards only, as columns; who asked
-- for more asks `first_answers.sql` for the rest.
--
-- Everything comes in the order of natural keys, and wallets come after keys, so that two batches never wait for each
-- other in a circle. The number of an activity is a block of this call and the place that the act had in the caller's
-- list. All kinds of a call pay in one currency. A column that is the same in all rows may come as one element.
create or replace function points_enter(
    places integer[], kinds smallint[], subjects text[], months date[], residents bigint[], levels smallint[],
    sums bigint[], occurred timestamptz[], days date[], currency smallint, acting bigint, moment timestamptz, zone text
) returns table (
    activity_ids bigint[], points integer[], reasons smallint[], spendable timestamptz[], versions integer[]
) language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_nestloop = off as $$
#variable_conflict use_column
declare
    asked constant integer := cardinality(places);
    block constant bigint := nextval('points_activity_block') * 32768;
    ids bigint[] := array(select block + place from unnest(places) as place);
    blocked bigint[];
    wallets bigint[];
    accounts integer[];
begin
    if asked > 1 then
        kinds := case when cardinality(kinds) = 1 then array_fill(kinds[1], array[asked]) else kinds end;
        months := case when cardinality(months) = 1 then array_fill(months[1], array[asked]) else months end;
        levels := case when cardinality(levels) = 1 then array_fill(levels[1], array[asked]) else levels end;
        sums := case when cardinality(sums) = 1 then array_fill(sums[1], array[asked]) else sums end;
        occurred := case when cardinality(occurred) = 1 then array_fill(occurred[1], array[asked]) else occurred end;
        days := case when cardinality(days) = 1 then array_fill(days[1], array[asked]) else days end;
    end if;

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
            returning id
        )
        select array_agg(asked.id), array_agg(kind_id), array_agg(subject), array_agg(month), array_agg(resident_id),
            array_agg(level), array_agg(sum_kopecks), array_agg(occurred_at), array_agg(occurred_on)
        into ids, kinds, subjects, months, residents, levels, sums, occurred, days
        from unnest(ids, kinds, subjects, months, residents, levels, sums, occurred, days)
            as asked (id, kind_id, subject, month, resident_id, level, sum_kopecks, occurred_at, occurred_on)
        join fresh on fresh.id = asked.id;
    end;

    -- Caps count what a resident was paid before: nobody else may pay him meanwhile.
    if points_capped(kinds) then
        perform ledger_lock(residents, currency, moment);
    end if;
    blocked := ledger_blocked(residents, currency);

    with decided as (
        select * from points_decide(ids, kinds, residents, levels, sums, days, blocked, zone, null, null)
    ), award as (
        insert into points_award (resident_id, recorded_at, activity_id, spendable_at, rule_version_id, points,
            occurred_on, month, kind_id, reason, subject)
        select decided.resident_id, moment, decided.id,
            -- The delay counts from the act: what is recorded again after a part was refunded waits no second time.
            case when decided.points > 0 and decided.delay_days > 0
                and fresh.occurred_at + make_interval(days => decided.delay_days) > moment
                then fresh.occurred_at + make_interval(days => decided.delay_days) end,
            decided.rule_version_id, decided.points, decided.occurred_on, fresh.month, decided.kind_id, decided.reason,
            fresh.subject
        from decided
        join unnest(ids, subjects, months, occurred) as fresh (id, subject, month, occurred_at)
            on fresh.id = decided.id
        order by decided.resident_id, decided.id
        returning resident_id, activity_id, kind_id, points, reason, spendable_at, rule_version_id
    )
    select array_agg(activity_id), array_agg(award.points), array_agg(reason), array_agg(spendable_at),
        array_agg(rule_version_id), array_agg(ledger_number(resident_id, currency)), array_agg(account_id)
    into activity_ids, points, reasons, spendable, versions, wallets, accounts
    from award
    join points_kind kind on kind.id = award.kind_id;
    return next;

    if 0 = any (points) then
        select array_agg(wallet), array_agg(account), array_agg(award.points), array_agg(spendable_at), array_agg(id)
        into wallets, accounts, points, spendable, activity_ids
        from unnest(wallets, accounts, points, spendable, activity_ids)
            as award (wallet, account, points, spendable_at, id)
        where award.points > 0;
    end if;
    perform ledger_issue(wallets, currency, accounts, points, spendable, null, 1::smallint, activity_ids, moment, zone);
end $$;
