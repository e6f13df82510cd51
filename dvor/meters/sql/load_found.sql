-- Locks the meters that the rows of a file found, in id order, and tells where they stand; with the window rules of the
-- day that a row names, where it names one.
-- Reads downward: homes_flat, homes_house.
select asked.place, flat.house_id, house.time_zone, meter.flat_id, meter.id,
    meter.resource, meter.unit, meter.zones, meter.digits_before, meter.digits_after,
    meter.installed_on, meter.verification_due_on, meter.archived_at,
    meter.initial_t1, meter.initial_t2, meter.initial_t3,
    meter.last_period, meter.last_version, meter.last_t1, meter.last_t2, meter.last_t3,
    meter.last_at, meter.last_by, meter.last_source,
    meter.prior_period, meter.prior_t1, meter.prior_t2, meter.prior_t3, meter.recent,
    (%(at)s::timestamptz at time zone coalesce(nullif(house.time_zone, ''), %(zone)s))::date as today,
    now.first_day as now_first, now.last_day as now_last, now.crosses_month_end as now_crosses,
    before.first_day as before_first, before.last_day as before_last, before.crosses_month_end as before_crosses
from unnest(%(places)s::integer[], %(meters)s::bigint[], %(days)s::date[]) as asked (place, meter_id, day)
join meters_meter meter on meter.id = asked.meter_id
join homes_flat flat on flat.id = meter.flat_id
join homes_house house on house.id = flat.house_id
left join lateral meters_window_of(house.id, house.management_company_id, meter.resource,
    date_trunc('month', asked.day)::date) now on asked.day is not null
left join lateral meters_window_of(house.id, house.management_company_id, meter.resource,
    (date_trunc('month', asked.day) - interval '1 month')::date) before on asked.day is not null
order by meter.id
for no key update of meter;
