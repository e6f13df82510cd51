-- What this account may do an hour and a day: the act's lines (those of «*» when it has none), of each age and level the
-- newest that has begun, and of those that fit the account the most generous.
with lines as (
    select distinct on (age_days, level) age_days, level, per_hour, per_day
    from moderation_pace
    where since <= %(day)s and act = (
        select act from moderation_pace where act in (%(act)s, '*') and since <= %(day)s order by act = '*' limit 1
    )
    order by age_days, level, since desc
)
select coalesce(max(per_hour), 0) as per_hour, coalesce(max(per_day), 0) as per_day
from lines
where age_days <= %(age_days)s and level <= %(level)s;
