-- Locks the asked meters of which the asker is a resident, in id order, so that two batches never wait for each other
-- in a circle; a meter that is not the asker's is not returned, as if there were none.
-- Reads downward: homes_flat, homes_house, homes_residency.
select asked.resident_id, residency.status, residency.proof <> 'none' as proven,
    flat.house_id, house.time_zone, meter.flat_id, meter.id,
    meter.resource, meter.unit, meter.zones, meter.digits_before, meter.digits_after,
    meter.installed_on, meter.verification_due_on, meter.archived_at,
    meter.initial_t1, meter.initial_t2, meter.initial_t3,
    meter.last_period, meter.last_version, meter.last_t1, meter.last_t2, meter.last_t3,
    meter.last_by, meter.last_source,
    meter.prior_period, meter.prior_t1, meter.prior_t2, meter.prior_t3, meter.recent,
    now.first_day as now_first, now.last_day as now_last, now.crosses_month_end as now_crosses,
    before.first_day as before_first, before.last_day as before_last, before.crosses_month_end as before_crosses
from unnest(%(meters)s::bigint[], %(residents)s::bigint[]) as asked (meter_id, resident_id)
join meters_meter meter on meter.id = asked.meter_id
join homes_residency residency on residency.flat_id = meter.flat_id and residency.resident_id = asked.resident_id
    and residency.since <= %(at)s::timestamptz and coalesce(residency.until > %(at)s::timestamptz, true)
join homes_flat flat on flat.id = meter.flat_id
join homes_house house on house.id = flat.house_id
cross join lateral (
    select date_trunc('month', %(at)s::timestamptz at time zone coalesce(nullif(house.time_zone, ''), %(zone)s))::date
        as month
) today
left join lateral meters_window_of(house.id, house.management_company_id, meter.resource, today.month) now on true
left join lateral meters_window_of(house.id, house.management_company_id, meter.resource,
    (today.month - interval '1 month')::date) before on true
order by meter.id
for no key update of meter;
