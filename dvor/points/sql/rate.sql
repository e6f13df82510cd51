-- What the version in force on the day of the act pays before caps: one row an act. A trial (the terms of a version that
-- is not published) stands in for its own kind. `capped` is said of the kind: what a version without caps pays fills
-- the caps of the next one.
create or replace function points_rate(
    ids bigint[], kinds smallint[], residents bigint[], levels smallint[], sums bigint[], days date[],
    blocked bigint[], trial jsonb
) returns table (
    id bigint, resident_id bigint, kind_id smallint, occurred_on date, points integer, reason smallint,
    rule_version_id integer, delay_days smallint, capped boolean, cap_counts integer[], cap_points integer[]
) language sql stable rows 10000 as $$
    with version as (
        select version.id, version.kind_id, version.since,
            lead(version.since, 1, 'infinity') over (partition by version.kind_id order by version.since) as until,
            version.points, version.permille, version.delay_days, version.cap_counts, version.cap_points,
            bool_or(array_remove(version.cap_counts, null) <> '{}' or array_remove(version.cap_points, null) <> '{}')
                over (partition by version.kind_id) as capped
        from points_ruleversion version
        where version.kind_id = any (kinds) and (trial is null or version.kind_id <> (trial ->> 'kind_id')::smallint)
        union all
        select 0, terms.kind_id, '-infinity', 'infinity', terms.points, terms.permille, terms.delay_days,
            terms.cap_counts, terms.cap_points,
            array_remove(terms.cap_counts, null) <> '{}' or array_remove(terms.cap_points, null) <> '{}'
        from jsonb_to_record(trial) as terms (
            kind_id smallint, points integer[], permille integer[], delay_days smallint, cap_counts integer[],
            cap_points integer[])
        where trial is not null
    ), act as (
        select * from unnest(ids, kinds, residents, levels, sums, days)
            as act (id, kind_id, resident_id, level, sum_kopecks, occurred_on)
    ), in_force as (
        select act.id, act.resident_id, act.kind_id, act.occurred_on, version.id as rule_version_id,
            version.delay_days, version.cap_counts, version.cap_points, version.capped,
            version.points[act.level] as fixed, version.permille[act.level] as permille,
            (coalesce(version.points[act.level], 0)
                + coalesce(act.sum_kopecks, 0) * coalesce(version.permille[act.level], 0) / 100000)::integer as due
        from act
        left join version on version.kind_id = act.kind_id
            and act.occurred_on >= version.since and act.occurred_on < version.until
    ), judged as (
        select in_force.*, case
                when rule_version_id is null then 2
                when fixed is null and permille is null then 3
                when due = 0 then 4
                when resident_id = any (blocked) then 5
                else 1
            end as reason
        from in_force
    )
    select id, resident_id, kind_id, occurred_on, case when reason = 1 then due else 0 end, reason::smallint,
        nullif(rule_version_id, 0), delay_days, capped, cap_counts, cap_points
    from judged
$$;
