-- Entries of a resident's feed that have the typed words, newest first; the words that were found stand between two
-- private characters (no text has them: entries.plain). Reads downward: homes_house (address, zone).
with scope as materialized (
    select scope.*, seen.numbers
    from feed_scope(
        %(reader)s::bigint, %(statuses)s::smallint[], %(provens)s::boolean[], %(allowed)s::text[], %(open_kinds)s::text
    ) as scope
    left join feed_seen as seen on seen.resident_id = %(reader)s::bigint and seen.house_id = scope.house_id
    where %(house)s::bigint is null or scope.house_id = %(house)s::bigint
),
typed as materialized (
    select
        feed_query(array(select house_id from scope), %(typed)s::text) as query,
        websearch_to_tsquery('pg_catalog.russian'::regconfig, translate(%(typed)s::text, 'ёЁ', 'еЕ')) as words
),
found as materialized (
    select entry.*, scope.is_own, scope.since, scope.numbers
    from feed_entry as entry
    join scope on scope.house_id = entry.house_id
    where entry.search @@ (select query from typed)
        and entry.withdrawn_at is null and entry.hidden_at is null
        and entry.id < %(before)s::bigint
        and entry.kind = any(scope.allowed)
        and (entry.entrance is null or scope.entrances is null or entry.entrance = any(scope.entrances))
    order by entry.id desc
    limit %(count)s::integer
)
select
    entry.id, entry.kind, entry.subject, entry.house_id, entry.title, entry.excerpt, entry.url, entry.published_at,
    entry.until, entry.urgent, entry.author_id, entry.entrance, house.address, house.time_zone, entry.is_own,
    true as is_listed, false as is_current,
    entry.published_at > greatest(entry.since, %(at)s::timestamptz - interval '30 days')
        and not coalesce(entry.id <@ entry.numbers, false) as is_unread,
    outage.service as outage_service, outage.emergency as outage_emergency, outage.starts_at as outage_starts_at,
    outage.ends_at as outage_ends_at, outage.entrances as outage_entrances, outage.zone as outage_zone,
    outage.details as outage_details, outage.withdrawn_at as outage_withdrawn_at,
    outage.withdrawn_reason as outage_withdrawn_reason,
    ts_headline('pg_catalog.russian'::regconfig, translate(entry.title, 'ёЁ', 'еЕ'), typed.words, %(marks)s)
        as marked_title,
    ts_headline('pg_catalog.russian'::regconfig, translate(entry.excerpt, 'ёЁ', 'еЕ'), typed.words, %(marks)s)
        as marked_excerpt
from found as entry
cross join typed
join homes_house as house on house.id = entry.house_id
left join feed_outage as outage on entry.kind = 'outage' and outage.id = split_part(entry.subject, ':', 2)::bigint
order by entry.id desc;
