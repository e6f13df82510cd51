-- What this account may do an hour and a day: the newest version of the act's lines (of «*» when it has none), and of
-- those that fit its age and level the most generous.
with version as (
    select act, since
    from moderation_pace
    where act in (%(act)s, '*') and since <= %(day)s
    order by act = '*', since desc
    limit 1
)
select coalesce(max(per_hour), 0) as per_hour, coalesce(max(per_day), 0) as per_day
from moderation_pace join version using (act, since)
where age_days <= %(age_days)s and level <= %(level)s;
