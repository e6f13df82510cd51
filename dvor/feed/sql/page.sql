-- A page of a resident's feed, newest first, and beside it what is going on now (`is_current`: outages that are not over).
-- Each house and kind is read from its own end of an index, so a page costs the same after a month and after five years.
-- An outage comes with its row, because its state and its words change with time. Reads downward: homes_house.
with scope as materialized (
    select scope.*, seen.numbers
    from feed_scope(
        %(reader)s::bigint, %(statuses)s::smallint[], %(provens)s::boolean[], %(allowed)s::text[], %(open_kinds)s::text
    ) as scope
    left join feed_seen as seen on seen.resident_id = %(reader)s::bigint and seen.house_id = scope.house_id
    where %(house)s::bigint is null or scope.house_id = %(house)s::bigint
),
listed as (
    select found.id
    from scope
    cross join lateral unnest(scope.allowed) as kind (code)
    cross join lateral (
        select entry.id from feed_entry as entry
        where entry.house_id = scope.house_id and entry.kind = kind.code
            and entry.withdrawn_at is null and entry.hidden_at is null
            and entry.id < %(before)s::bigint
            and (entry.entrance is null or scope.entrances is null or entry.entrance = any(scope.entrances))
        order by entry.id desc
        limit %(count)s::integer
    ) as found
    order by found.id desc
    limit %(count)s::integer
),
ongoing as (
    select recent.id
    from scope
    cross join lateral (
        select entry.id, entry.until, entry.entrance from feed_entry as entry
        where entry.house_id = scope.house_id and entry.kind = 'outage'
            and entry.withdrawn_at is null and entry.hidden_at is null
        order by entry.id desc
        limit 30
    ) as recent
    where %(with_current)s::boolean and 'outage' = any(scope.allowed) and recent.until > %(at)s::timestamptz
        and (recent.entrance is null or scope.entrances is null or recent.entrance = any(scope.entrances))
)
select
    entry.id, entry.kind, entry.subject, entry.house_id, entry.title, entry.excerpt, entry.url, entry.published_at,
    entry.until, entry.urgent, entry.author_id, entry.entrance, house.address, house.time_zone, scope.is_own,
    wanted.is_listed, wanted.is_current,
    entry.published_at > greatest(scope.since, %(at)s::timestamptz - interval '30 days')
        and not coalesce(entry.id <@ scope.numbers, false) as is_unread,
    outage.service as outage_service, outage.emergency as outage_emergency, outage.starts_at as outage_starts_at,
    outage.ends_at as outage_ends_at, outage.entrances as outage_entrances, outage.zone as outage_zone,
    outage.details as outage_details, outage.withdrawn_at as outage_withdrawn_at,
    outage.withdrawn_reason as outage_withdrawn_reason
from (
    select id, bool_or(is_listed) as is_listed, bool_or(not is_listed) as is_current
    from (select id, true as is_listed from listed union all select id, false from ongoing) as both_lists
    group by id
) as wanted
join feed_entry as entry on entry.id = wanted.id
join scope on scope.house_id = entry.house_id
join homes_house as house on house.id = entry.house_id
left join feed_outage as outage on entry.kind = 'outage' and outage.id = split_part(entry.subject, ':', 2)::bigint
order by entry.id desc;
