-- Counts whole months of the city.
-- Reads downward: points_award, meters_reading, rewards_order, people_resident, homes_house.
-- Each month touches its own partitions only.
insert into figures_month as known (
    month, points, awards, active, readings, orders, residents, houses, counted_at
)
select
    wanted.month, award.points, award.awards, award.active, reading.readings, ordered.orders,
    (select count(*) from people_resident where joined_at < wanted.ends and deleted_at is null),
    (select count(*) from homes_house where connected_since < wanted.month + interval '1 month'),
    %(at)s
from unnest(%(months)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) as wanted (month, starts, ends)
cross join lateral (
    select
        coalesce(sum(points), 0) as points,
        count(*) filter (where points > 0) as awards,
        count(distinct resident_id) filter (where points > 0) as active
    from points_award
    where recorded_at >= wanted.starts and recorded_at < wanted.ends
) as award
cross join lateral (
    select count(*) as readings
    from meters_reading
    where period = wanted.month and version = 1
) as reading
cross join lateral (
    select count(*) as orders
    from rewards_order
    where placed_at >= wanted.starts and placed_at < wanted.ends and cancelled_at is null
) as ordered
on conflict (month) do update set
    points = excluded.points, awards = excluded.awards, active = excluded.active,
    readings = excluded.readings, orders = excluded.orders, residents = excluded.residents,
    houses = excluded.houses, counted_at = excluded.counted_at
where known.counted_at < excluded.counted_at;
