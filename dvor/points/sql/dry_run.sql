-- What the acts of a kind in a period would have paid under trial terms, beside what they paid. Awards that were taken
-- back count as paid on both sides: the trial is about rules, not about refunds.
with act as (
    select activity.id, activity.kind_id, activity.resident_id, activity.level, activity.sum_kopecks,
        activity.occurred_at, activity.recorded_at
    from points_activity activity
    where activity.kind_id = %(kind)s::smallint and activity.recorded_at >= %(since)s::timestamptz
        and activity.occurred_at >= %(since)s::timestamptz and activity.recorded_at < %(until)s::timestamptz
), trial as (
    select decided.id, decided.points
    from (
        select array_agg(id order by id) as ids, array_agg(kind_id order by id) as kinds,
            array_agg(resident_id order by id) as residents, array_agg(level order by id) as levels,
            array_agg(sum_kopecks order by id) as sums, array_agg((occurred_at at time zone %(zone)s)::date order by id) as days
        from act
    ) acts
    cross join lateral points_decide(acts.ids, acts.kinds, acts.residents, acts.levels, acts.sums, acts.days, '{}',
        %(zone)s, %(trial)s::jsonb, %(since)s::timestamptz) as decided
)
select count(*) as acts, count(distinct award.resident_id) as residents, coalesce(sum(award.points), 0) as paid,
    coalesce(sum(trial.points), 0) as would_pay,
    coalesce(sum(trial.points - award.points) filter (where trial.points > award.points), 0) as gain,
    coalesce(sum(award.points - trial.points) filter (where trial.points < award.points), 0) as lose
from trial
join act on act.id = trial.id
join points_award award on award.resident_id = act.resident_id and award.recorded_at = act.recorded_at
    and award.activity_id = act.id;
