-- Tells events to residents: one row a fact, none for an event already told, none for a resident who is gone; beside it
-- one row a device that is to show it. Answers how many were new, and the parts in which mails and pushes may leave now.
-- Reads downward: people_resident (mail address, deletion). `audience` may be replaced by a query (notices/facts.py).
with event as materialized (
    select kind, key, context::jsonb as context, url, on_page, by_mail, by_push, mail_fixed, is_urgent, goes_alone, number
    from unnest(
        %(kinds)s::text[], %(keys)s::text[], %(contexts)s::text[], %(urls)s::text[], %(on_page)s::boolean[],
        %(by_mail)s::boolean[], %(by_push)s::boolean[], %(mail_fixed)s::boolean[], %(is_urgent)s::boolean[],
        %(goes_alone)s::boolean[]
    ) with ordinality as event (
        kind, key, context, url, on_page, by_mail, by_push, mail_fixed, is_urgent, goes_alone, number
    )
),
audience as (
    select resident_id, number
    from unnest(%(residents)s::bigint[], %(numbers)s::integer[]) as audience (resident_id, number)
),
wanted as (
    select
        event.kind, audience.resident_id, event.key, event.context, event.url,
        coalesce(page.wanted, event.on_page) as on_page,
        resident.email <> '' and (
            event.mail_fixed
            or (coalesce(mail.wanted, event.by_mail) and rhythm.mails is distinct from 'never')
        ) as by_mail,
        rhythm.mails in ('daily', 'weekly') and not event.is_urgent and not event.goes_alone as in_digest,
        case
            when rhythm.resident_id is null or event.is_urgent then %(at)s
            when rhythm.mails in ('daily', 'weekly') and not event.goes_alone then notices_after_quiet(
                notices_next_digest(%(at)s, rhythm.zone, rhythm.mails, %(digest_hour)s::time),
                rhythm.zone, rhythm.quiet_from, rhythm.quiet_until
            )
            else notices_after_quiet(%(at)s, rhythm.zone, rhythm.quiet_from, rhythm.quiet_until)
        end as mail_due_at
    from audience
    join event on event.number = audience.number
    join people_resident as resident on resident.id = audience.resident_id and resident.deleted_at is null
    left join notices_rhythm as rhythm on rhythm.resident_id = audience.resident_id
    left join notices_preference as page
        on page.resident_id = audience.resident_id and page.kind = event.kind and page.channel = 'page'
    left join notices_preference as mail
        on mail.resident_id = audience.resident_id and mail.kind = event.kind and mail.channel = 'mail'
),
told as (
    insert into notices_notice (
        kind, resident_id, key, context, url, told_at, on_page, by_mail, mail_due_at, mail_waits, in_digest, batch
    )
    select
        kind, resident_id, key, context, url, %(at)s, on_page, by_mail,
        case when by_mail and mail_due_at > %(at)s then mail_due_at end,
        by_mail and mail_due_at > %(at)s,
        coalesce(by_mail and in_digest, false),
        %(batch)s
    from wanted
    order by resident_id, kind, key
    on conflict (kind, resident_id, key) do nothing
    returning id, resident_id, kind, by_mail, mail_waits
),
kind as (
    select distinct kind, by_push, is_urgent from event
),
pushed as (
    insert into notices_push (notice_id, device_id, due_at, waits)
    select told.id, device.id, due.at, due.at > %(at)s
    from notices_device as device
    join told on told.resident_id = device.resident_id
    join kind on kind.kind = told.kind
    left join notices_rhythm as rhythm on rhythm.resident_id = told.resident_id
    left join notices_preference as push
        on push.resident_id = told.resident_id and push.kind = told.kind and push.channel = 'push'
    cross join lateral (
        select case
            when rhythm.resident_id is null or kind.is_urgent then %(at)s
            else notices_after_quiet(%(at)s, rhythm.zone, rhythm.quiet_from, rhythm.quiet_until)
        end as at
    ) as due
    where %(pushes)s and coalesce(push.wanted, kind.by_push)
    order by told.id
    returning id, waits
)
select
    (select count(*) from told) as notices,
    (
        select array_agg(array[first, last] order by first) from (
            select min(id) as first, max(id) as last
            from (select id, (row_number() over (order by id) - 1) / %(mails_in_part)s as part from told
                where by_mail and not mail_waits) as mail
            group by part
        ) as part
    ) as mail_parts,
    (
        select array_agg(array[first, last] order by first) from (
            select min(id) as first, max(id) as last
            from (select id, (row_number() over (order by id) - 1) / %(pushes_in_part)s as part from pushed
                where not waits) as push
            group by part
        ) as part
    ) as push_parts;
