-- What every page counts for its reader, in one round trip: notices not read yet, and entries of the feed that are new.
select
    (
        select count(*) from notices_notice
        where resident_id = %(reader)s::bigint and on_page and read_at is null
    ) as notices,
    feed_unread(
        %(reader)s::bigint, %(at)s::timestamptz, %(statuses)s::smallint[], %(provens)s::boolean[], %(allowed)s::text[],
        %(open_kinds)s::text
    ) as feed;
