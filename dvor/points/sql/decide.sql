-- Whether any version of these kinds has a cap.
create or replace function points_capped(kinds smallint[]) returns boolean language sql stable
return exists (
    select from points_ruleversion version
    where version.kind_id = any (kinds)
        and (array_remove(version.cap_counts, null) <> '{}' or array_remove(version.cap_points, null) <> '{}')
);

-- Decides what acts earn: one truth for paying, dry runs and the examples of the knowledge base. Acts without caps are
-- decided as a set; `walk.sql` goes through the others.
create or replace function points_decide(
    ids bigint[], kinds smallint[], residents bigint[], levels smallint[], sums bigint[], days date[],
    blocked bigint[], zone text, trial jsonb, history_until timestamptz
) returns table (
    id bigint, resident_id bigint, kind_id smallint, occurred_on date, points integer, reason smallint,
    rule_version_id integer, delay_days smallint
) language sql stable rows 10000 as $$
    select rate.id, rate.resident_id, rate.kind_id, rate.occurred_on, rate.points, rate.reason,
        rate.rule_version_id, rate.delay_days
    from points_rate(ids, kinds, residents, levels, sums, days, blocked, trial) as rate
    where rate.reason <> 1 or not rate.capped
    union all
    select walked.*
    from points_walk(ids, kinds, residents, levels, sums, days, blocked, zone, trial, history_until) as walked
    where trial is not null or points_capped(kinds)
$$;
