-- The window rules of some houses for each house's month and the month before it.
select asked.house_id, resource.id as resource, now.rule as now, before.rule as before
from unnest(%(houses)s::bigint[], %(companies)s::bigint[], %(days)s::date[]) as asked (house_id, company_id, day)
cross join unnest(%(resources)s::smallint[]) as resource (id)
left join lateral (
    select jsonb_build_array(first_day, last_day, crosses_month_end) as rule
    from meters_window_of(asked.house_id, asked.company_id, resource.id, date_trunc('month', asked.day)::date)
) now on true
left join lateral (
    select jsonb_build_array(first_day, last_day, crosses_month_end) as rule
    from meters_window_of(asked.house_id, asked.company_id, resource.id,
        (date_trunc('month', asked.day) - interval '1 month')::date)
) before on true;
