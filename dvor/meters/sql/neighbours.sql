-- What stands around a month that lies before a meter's last reading: the newest versions of the nearest months before
-- and after it.
select asked.place,
    earlier.period as before_period, earlier.t1 as before_t1, earlier.t2 as before_t2, earlier.t3 as before_t3,
    later.t1 as after_t1, later.t2 as after_t2, later.t3 as after_t3
from unnest(%(places)s::integer[], %(houses)s::bigint[], %(meters)s::bigint[], %(periods)s::date[])
    as asked (place, house_id, meter_id, period)
left join lateral (
    select reading.period, reading.t1, reading.t2, reading.t3 from meters_reading reading
    where reading.house_id = asked.house_id and reading.meter_id = asked.meter_id and reading.period < asked.period
    order by reading.period desc, reading.version desc limit 1
) earlier on true
left join lateral (
    select reading.t1, reading.t2, reading.t3 from meters_reading reading
    where reading.house_id = asked.house_id and reading.meter_id = asked.meter_id and reading.period > asked.period
    order by reading.period, reading.version desc limit 1
) later on true;
