-- Writes readings, and the new state of their meters; the meters are locked by the statement that loaded them.
with reading as (
    insert into meters_reading
        (house_id, meter_id, submitted_at, submitted_by, period, version, source, t1, t2, t3)
    select house_id, meter_id, %(at)s::timestamptz, submitted_by, period, version, %(source)s::smallint, t1, t2, t3
    from unnest(
        %(houses)s::bigint[], %(meters)s::bigint[], %(doers)s::bigint[], %(periods)s::date[], %(versions)s::smallint[],
        %(t1)s::numeric[], %(t2)s::numeric[], %(t3)s::numeric[]
    ) as taken (house_id, meter_id, submitted_by, period, version, t1, t2, t3)
)
update meters_meter meter
set last_period = moved.last_period, last_version = moved.last_version, last_at = %(at)s::timestamptz,
    last_by = moved.last_by, last_source = %(source)s::smallint,
    last_t1 = moved.last_t1, last_t2 = moved.last_t2, last_t3 = moved.last_t3,
    prior_period = moved.prior_period,
    prior_t1 = moved.prior_t1, prior_t2 = moved.prior_t2, prior_t3 = moved.prior_t3,
    recent = moved.recent::numeric[]
from unnest(
    %(moved)s::bigint[], %(last_periods)s::date[], %(last_versions)s::smallint[], %(last_by)s::bigint[],
    %(last_t1)s::numeric[], %(last_t2)s::numeric[], %(last_t3)s::numeric[],
    %(prior_periods)s::date[], %(prior_t1)s::numeric[], %(prior_t2)s::numeric[], %(prior_t3)s::numeric[],
    %(recent)s::text[]
) as moved (id, last_period, last_version, last_by, last_t1, last_t2, last_t3, prior_period, prior_t1, prior_t2,
    prior_t3, recent)
where meter.id = moved.id;
