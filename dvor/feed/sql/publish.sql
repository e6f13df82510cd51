-- Publishes cards: one row a (kind, subject, house). The row of each house's feed is locked first, in the order of the
-- houses, and numbers are drawn under that lock: in one house they become visible in their order.
with given as materialized (
    select *
    from unnest(
        %(kinds)s::text[], %(subjects)s::text[], %(houses)s::bigint[], %(titles)s::text[], %(excerpts)s::text[],
        %(urls)s::text[], %(published)s::timestamptz[], %(authors)s::bigint[], %(entrances)s::smallint[],
        %(untils)s::timestamptz[], %(urgent)s::boolean[]
    ) with ordinality as given (
        kind, subject, house_id, title, excerpt, url, published_at, author_id, entrance, until, urgent, number
    )
),
stream as materialized (
    insert into feed_stream (house_id, moved_at)
    select distinct house_id, %(at)s::timestamptz from given order by house_id
    on conflict (house_id) do update set moved_at = excluded.moved_at
    returning house_id
),
kept as (
    insert into feed_entry as entry (
        kind, subject, house_id, title, excerpt, url, published_at, author_id, entrance, until, urgent
    )
    select kind, subject, house_id, title, excerpt, url, published_at, author_id, entrance, until, urgent
    from (select given.* from given join stream using (house_id) order by given.number offset 0) as locked
    on conflict (subject, house_id, kind) do update set
        title = excluded.title, excerpt = excluded.excerpt, url = excluded.url, author_id = excluded.author_id,
        entrance = excluded.entrance, until = excluded.until, urgent = excluded.urgent, withdrawn_at = null
    where (entry.title, entry.excerpt, entry.url, entry.author_id, entry.entrance, entry.until, entry.urgent)
            is distinct from (excluded.title, excluded.excerpt, excluded.url, excluded.author_id, excluded.entrance,
                excluded.until, excluded.urgent)
        or entry.withdrawn_at is not null
    returning id, kind, subject, house_id
)
select id, kind, subject, house_id from kept
union  -- what has not changed; both parts name a row only once
select entry.id, entry.kind, entry.subject, entry.house_id
from given join feed_entry as entry using (kind, subject, house_id);
