-- All versions of the readings of some meters of one house since a month, newest first, with the sender's first name;
-- and what the reader himself was awarded for those of the last months.
-- Reads downward: people_resident, points_activity, points_award, points_reversal.
select reading.meter_id, reading.period, reading.version, reading.t1, reading.t2, reading.t3, reading.source,
    reading.submitted_at, reading.submitted_by, resident.first_name, award.points, award.reason
from meters_reading reading
left join people_resident resident on resident.id = reading.submitted_by
left join lateral (
    select award.points, award.reason
    from points_activity activity
    join points_award award
        on award.resident_id = activity.resident_id and award.recorded_at = activity.recorded_at
        and award.activity_id = activity.id
    where activity.kind_id = %(kind_id)s::smallint and activity.subject = 'meter:' || reading.meter_id
        and activity.month = reading.period and activity.resident_id = %(resident_id)s::bigint
        and not exists (select from points_reversal reversal where reversal.activity_id = activity.id)
) award on reading.version = 1 and reading.period >= %(awards_since)s::date
where reading.house_id = %(house_id)s::bigint and reading.meter_id = any(%(meters)s::bigint[])
    and reading.period >= %(since)s::date
order by reading.meter_id, reading.period desc, reading.version desc;
