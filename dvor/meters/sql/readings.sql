-- A page of the history of some meters of one house, newest month first; all versions.
select period, meter_id, version, t1, t2, t3, source, submitted_at, submitted_by
from meters_reading
where house_id = %(house_id)s::bigint and meter_id = any(%(meters)s::bigint[])
    and (%(period)s::date is null
        or (period, meter_id, version) < (%(period)s::date, %(meter_id)s::bigint, %(version)s::smallint))
    and (%(period)s::date is null or period <= %(period)s::date)
order by period desc, meter_id desc, version desc
limit %(limit)s::integer;
