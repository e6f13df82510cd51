-- Tells a batch of facts: one row a fact, none for an event already told, none for a resident who is gone.
-- Reads downward: people_resident (mail address, deletion).
with fact as (
    select *
    from unnest(
        %(kinds)s::text[], %(residents)s::bigint[], %(keys)s::text[], %(contexts)s::text[], %(urls)s::text[],
        %(on_page)s::boolean[], %(by_mail)s::boolean[]
    ) as fact (kind, resident_id, key, context, url, on_page, by_mail)
),
wanted as (
    select
        fact.kind, fact.resident_id, fact.key, fact.context, fact.url,
        coalesce(page.wanted, fact.on_page) as on_page,
        coalesce(mail.wanted, fact.by_mail) and resident.email <> '' as by_mail
    from fact
    join people_resident as resident on resident.id = fact.resident_id and resident.deleted_at is null
    left join notices_preference as page
        on page.resident_id = fact.resident_id and page.kind = fact.kind and page.channel = 'page'
    left join notices_preference as mail
        on mail.resident_id = fact.resident_id and mail.kind = fact.kind and mail.channel = 'mail'
),
told as (
    insert into notices_notice (kind, resident_id, key, context, url, told_at, on_page, by_mail, batch)
    select kind, resident_id, key, context::jsonb, url, %(at)s, on_page, by_mail, %(batch)s
    from wanted
    order by resident_id, kind, key
    on conflict (kind, resident_id, key) do nothing
    returning by_mail
)
select count(*) as notices, count(*) filter (where by_mail) as mails from told;
