-- Where meters stand after an earlier month came in: the reading before the last one, and the recent consumption.
with asked as materialized (
    select asked.house_id, meter.id, meter.last_period, meter.installed_on, meter.initial_t1, meter.initial_t2,
        meter.initial_t3, power(10::numeric, meter.digits_before) as capacity
    from unnest(%(houses)s::bigint[], %(meters)s::bigint[]) as asked (house_id, meter_id)
    join meters_meter meter on meter.id = asked.meter_id
), latest as (
    select distinct on (asked.id, reading.period) asked.id, asked.capacity, reading.period, reading.t1, reading.t2,
        reading.t3
    from asked
    join meters_reading reading on reading.house_id = asked.house_id and reading.meter_id = asked.id
        and reading.period < asked.last_period
    order by asked.id, reading.period, reading.version desc
), step as (
    select latest.*,
        row_number() over (partition by id order by period desc) as back,
        coalesce(lag(period) over earlier, case when asked.initial_t1 is not null
            then date_trunc('month', asked.installed_on)::date end) as since,
        coalesce(lag(t1) over earlier, asked.initial_t1) as from_t1,
        coalesce(lag(t2) over earlier, asked.initial_t2) as from_t2,
        coalesce(lag(t3) over earlier, asked.initial_t3) as from_t3
    from latest
    join asked using (id)
    window earlier as (partition by id order by period)
), used as (
    select id, array_agg(monthly order by back desc) as recent
    from (
        select id, back, round(
            ((t1 - from_t1 + capacity) %% capacity + coalesce((t2 - from_t2 + capacity) %% capacity, 0)
                + coalesce((t3 - from_t3 + capacity) %% capacity, 0))
            / greatest(1, (extract(year from period) - extract(year from since)) * 12
                + extract(month from period) - extract(month from since)), 3) as monthly
        from step
        where back <= %(months)s::integer and from_t1 is not null and since is not null
    ) month
    group by id
)
update meters_meter meter
set prior_period = prior.period, prior_t1 = prior.t1, prior_t2 = prior.t2, prior_t3 = prior.t3,
    recent = coalesce(used.recent, '{}')
from asked
left join step prior on prior.id = asked.id and prior.back = 1
left join used on used.id = asked.id
where meter.id = asked.id
returning meter.id, meter.prior_period, meter.prior_t1, meter.prior_t2, meter.prior_t3, meter.recent;
