-- What stands for some months of some meters: the newest versions.
select asked.place, present.version, present.t1, present.t2, present.t3, present.submitted_at, present.source
from unnest(%(places)s::integer[], %(houses)s::bigint[], %(meters)s::bigint[], %(periods)s::date[])
    as asked (place, house_id, meter_id, period)
left join lateral (
    select reading.version, reading.t1, reading.t2, reading.t3, reading.submitted_at, reading.source
    from meters_reading reading
    where reading.house_id = asked.house_id and reading.meter_id = asked.meter_id and reading.period = asked.period
    order by reading.version desc limit 1
) present on true;
