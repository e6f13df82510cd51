from django.db import migrations

# Whose feeds a resident reads and what he sees of each: his own houses by his rights at his flats, and houses he chose,
# of which only open kinds. `entrances` is empty (null) where all entrances are his matter.
SCOPE = """
create function feed_scope(
    reader bigint, statuses smallint[], provens boolean[], kinds text[], open_kinds text
) returns table (house_id bigint, allowed text[], entrances smallint[], is_own boolean, since timestamptz)
language sql stable parallel safe as $$
    select
        flat.house_id,
        string_to_array(string_agg(cell.kinds, ','), ','),
        case when count(*) = count(flat.entrance) then array_agg(flat.entrance) end,
        true,
        min(residency.since)
    from homes_residency as residency
    join homes_flat as flat on flat.id = residency.flat_id
    join unnest(statuses, provens, kinds) as cell (status, proven, kinds)
        on cell.status = residency.status and cell.proven = (residency.proof <> 'none')
    where residency.resident_id = reader and residency.until is null
    group by flat.house_id
    union all
    select follow.house_id, string_to_array(open_kinds, ','), null, false, follow.since
    from feed_follow as follow
    where follow.resident_id = reader and not exists (
        select from homes_residency as residency join homes_flat as flat on flat.id = residency.flat_id
        where residency.resident_id = reader and residency.until is null and flat.house_id = follow.house_id
    );
$$;
"""

# Entries that are new to a resident, of the hundred newest of each house: 100 says «99+». What is older than a month,
# or older than his moving in, is no news any more.
UNREAD = """
create function feed_unread(
    reader bigint, moment timestamptz, statuses smallint[], provens boolean[], kinds text[], open_kinds text
) returns integer
language sql stable parallel safe as $$
    select coalesce(sum(found.count), 0)::integer
    from feed_scope(reader, statuses, provens, kinds, open_kinds) as scope
    left join feed_seen as seen on seen.resident_id = reader and seen.house_id = scope.house_id
    cross join lateral (
        select count(*) from (
            select entry.id, entry.kind, entry.entrance, entry.published_at from feed_entry as entry
            where entry.house_id = scope.house_id and entry.withdrawn_at is null and entry.hidden_at is null
                and entry.id > coalesce(feed_seen_to(seen.numbers), 0)
            order by entry.id desc
            limit 100
        ) as newest
        where newest.published_at > greatest(scope.since, moment - interval '30 days')
            and newest.kind = any(scope.allowed)
            and (newest.entrance is null or scope.entrances is null or newest.entrance = any(scope.entrances))
            and not coalesce(newest.id <@ seen.numbers, false)
    ) as found;
$$;
"""

# Everything up to this number was seen.
SEEN_TO = """
create function feed_seen_to(numbers int8multirange) returns bigint
language sql immutable parallel safe as $$
    select case when lower_inf(numbers) then (select min(upper(one)) from unnest(numbers) as one) - 1 end;
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("feed", "0001_initial"), ("homes", "0001_initial")]
    operations = [
        migrations.RunSQL(SEEN_TO, "drop function feed_seen_to(int8multirange)"),
        migrations.RunSQL(SCOPE, "drop function feed_scope(bigint, smallint[], boolean[], text[], text)"),
        migrations.RunSQL(UNREAD, "drop function feed_unread(bigint, timestamptz, smallint[], boolean[], text[], text)"),
    ]
