-- How many entries are new to a resident; at most a hundred of each house.
select feed_unread(
    %(reader)s::bigint, %(at)s::timestamptz, %(statuses)s::smallint[], %(provens)s::boolean[], %(allowed)s::text[],
    %(open_kinds)s::text
) as unread;
