-- How many acts of a kind a resident was paid for, and how many points, in the day (1), month (2), year (3) or all the
-- time (4) that begins on a day. Awards that were taken back do not count.
create or replace function points_history(
    resident bigint, kind smallint, first_day date, period integer, zone text, history_until timestamptz,
    out acts integer, out points bigint
) language sql stable as $$
    select count(*)::integer, coalesce(sum(award.points), 0)::bigint
    from points_award award
    where award.resident_id = resident and award.kind_id = kind and award.points > 0
        and award.recorded_at >= first_day::timestamp at time zone zone
        and award.recorded_at < coalesce(history_until, 'infinity')
        and award.occurred_on >= first_day
        and award.occurred_on < case period
            when 1 then first_day + 1
            when 2 then (first_day + interval '1 month')::date
            when 3 then (first_day + interval '1 year')::date
            else 'infinity'
        end
        and not exists (select from points_reversal reversal where reversal.activity_id = award.activity_id)
$$;
