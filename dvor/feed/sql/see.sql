-- Notes what a resident has seen of each house: ranges of numbers, grown together with those of before. Who has read in
-- two hundred places has read it all.
insert into feed_seen as seen (resident_id, house_id, numbers, seen_at)
select %(reader)s::bigint, house_id, range_agg(int8range(first, last, '[]')), %(at)s::timestamptz
from unnest(%(houses)s::bigint[], %(firsts)s::bigint[], %(lasts)s::bigint[]) as shown (house_id, first, last)
group by house_id
order by house_id
on conflict (resident_id, house_id) do update set
    seen_at = excluded.seen_at,
    numbers = case
        when (select count(*) from unnest(seen.numbers + excluded.numbers)) < 200 then seen.numbers + excluded.numbers
        else int8multirange(int8range(null, upper(seen.numbers + excluded.numbers)))
    end
where not seen.numbers @> excluded.numbers;
