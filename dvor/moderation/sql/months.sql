-- What happened in each of the last months of the city's calendar, by its days: counts of every kind, and of decisions
-- that took something away by their reason. Each event is counted in its own month.
with events as (
    select reported_at as at, 'reports' as what, '' as reason from moderation_report
    where reported_at >= %(since)s and reported_at < %(until)s
    union all
    select opened_at, 'held', '' from moderation_case
    where held_at is not null and opened_at >= %(since)s and opened_at < %(until)s
    union all
    select decided_at, case outcome when 1 then 'left' else 'taken' end, coalesce(reason_id, '')
    from moderation_decision
    where decided_at >= %(since)s and decided_at < %(until)s
    union all
    select appealed_at, 'appeals', '' from moderation_appeal
    where appealed_at >= %(since)s and appealed_at < %(until)s
    union all
    select decided_at, case when changed then 'changed' else 'upheld' end, '' from moderation_verdict
    where decided_at >= %(since)s and decided_at < %(until)s
)
select date_trunc('month', at at time zone %(zone)s)::date as month, what, reason, count(*) as count
from events
group by 1, 2, 3;
