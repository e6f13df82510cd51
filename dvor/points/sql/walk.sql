-- Decides acts of kinds that have caps, resident by resident, the earlier act first. A cap counts what was paid before
-- (awards not taken back, recorded before `history_until`) and what this call has already given. Caps count paid acts and
-- points; what is left of a cap of points is paid in part. Of caps that leave the same, the longest gives the reason.
create or replace function points_walk(
    ids bigint[], kinds smallint[], residents bigint[], levels smallint[], sums bigint[], days date[],
    blocked bigint[], zone text, trial jsonb, history_until timestamptz
) returns table (
    id bigint, resident_id bigint, kind_id smallint, occurred_on date, points integer, reason smallint,
    rule_version_id integer, delay_days smallint
) language plpgsql stable set enable_nestloop = on as $$
#variable_conflict use_column
declare
    act record;
    before record;
    last_resident bigint;
    last_kind smallint;
    starts date[];       -- first day of the day, month, year and of all time for the act at hand
    last_starts date[];
    looked boolean[];    -- whether the history of the period is counted already: only a cap asks for it
    paid_counts integer[];
    paid_points bigint[];
    given integer;
    why smallint;
begin
    for act in
        select rate.*
        from points_rate(ids, kinds, residents, levels, sums, days, blocked, trial) as rate
        where rate.reason = 1 and rate.capped
        order by rate.resident_id, rate.kind_id, rate.occurred_on, rate.id
    loop
        starts := array[act.occurred_on, date_trunc('month', act.occurred_on)::date,
            date_trunc('year', act.occurred_on)::date, '-infinity'];
        if act.resident_id is distinct from last_resident or act.kind_id is distinct from last_kind then
            last_starts := null;
            last_resident := act.resident_id;
            last_kind := act.kind_id;
        end if;
        given := act.points;
        why := 1;
        for period in 1 .. 4 loop
            if last_starts is null or last_starts[period] <> starts[period] then
                paid_counts[period] := 0;
                paid_points[period] := 0;
                looked[period] := false;
            end if;
            if not looked[period] and (act.cap_counts[period] is not null or act.cap_points[period] is not null) then
                before := points_history(act.resident_id, act.kind_id, starts[period], period, zone, history_until);
                paid_counts[period] := paid_counts[period] + before.acts;
                paid_points[period] := paid_points[period] + before.points;
                looked[period] := true;
            end if;
            if act.cap_counts[period] <= paid_counts[period] then
                given := 0;
                why := 10 + period;
            end if;
            if act.cap_points[period] - paid_points[period] < act.points
                and act.cap_points[period] - paid_points[period] <= given
            then
                given := greatest(act.cap_points[period] - paid_points[period], 0);
                why := case when given = 0 then 10 else 20 end + period;
            end if;
        end loop;
        last_starts := starts;
        if given > 0 then
            for period in 1 .. 4 loop
                paid_counts[period] := paid_counts[period] + 1;
                paid_points[period] := paid_points[period] + given;
            end loop;
        end if;
        return query select act.id, act.resident_id, act.kind_id, act.occurred_on, given, why, act.rule_version_id,
            act.delay_days;
    end loop;
end $$;
