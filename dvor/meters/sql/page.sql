-- The meters of one flat, in service first, each with its window rules of this month and the one before.
-- Reads downward: homes_flat, homes_house.
select meter.id, meter.resource, meter.unit, meter.zones, meter.digits_before, meter.digits_after, meter.serial,
    meter.place, meter.installed_on, meter.verification_due_on, meter.archived_at, meter.archived_reason,
    meter.initial_t1, meter.initial_t2, meter.initial_t3,
    meter.last_period, meter.last_version, meter.last_t1, meter.last_t2, meter.last_t3, meter.last_by,
    meter.prior_period, meter.prior_t1, meter.prior_t2, meter.prior_t3, meter.recent, house.time_zone,
    now.first_day as now_first, now.last_day as now_last, now.crosses_month_end as now_crosses,
    before.first_day as before_first, before.last_day as before_last, before.crosses_month_end as before_crosses
from meters_meter meter
join homes_flat flat on flat.id = meter.flat_id
join homes_house house on house.id = flat.house_id
cross join lateral (
    select date_trunc('month', %(at)s::timestamptz at time zone coalesce(nullif(house.time_zone, ''), %(zone)s))::date
        as month
) today
left join lateral meters_window_of(house.id, house.management_company_id, meter.resource, today.month) now on true
left join lateral meters_window_of(house.id, house.management_company_id, meter.resource,
    (today.month - interval '1 month')::date) before on true
where meter.flat_id = %(flat_id)s::bigint
order by meter.archived_at desc nulls first, meter.resource, meter.id
limit %(limit)s;
