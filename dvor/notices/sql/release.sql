-- Lets go the mails and pushes whose moment has come: they wait no longer, and leave in parts. Digests go by resident.
with mail as (
    update notices_notice set mail_waits = false, batch = %(batch)s
    where id in (
        select id from notices_notice where mail_waits and mail_due_at <= %(at)s order by id for update skip locked
    )
    returning id, resident_id, in_digest
),
push as (
    update notices_push set waits = false
    where id in (select id from notices_push where waits and due_at <= %(at)s order by id for update skip locked)
    returning id
),
digest as (
    select distinct resident_id from mail where in_digest
)
select
    (select count(*) from mail) + (select count(*) from push) as count,
    (
        select array_agg(array[first, last] order by first) from (
            select min(id) as first, max(id) as last
            from (select id, (row_number() over (order by id) - 1) / %(mails_in_part)s as part from mail
                where not in_digest) as one
            group by part
        ) as part
    ) as mail_parts,
    (
        select array_agg(array[first, last] order by first) from (
            select min(resident_id) as first, max(resident_id) as last
            from (select resident_id, (row_number() over (order by resident_id) - 1) / %(mails_in_part)s as part
                from digest) as one
            group by part
        ) as part
    ) as digest_parts,
    (
        select array_agg(array[first, last] order by first) from (
            select min(id) as first, max(id) as last
            from (select id, (row_number() over (order by id) - 1) / %(pushes_in_part)s as part from push) as one
            group by part
        ) as part
    ) as push_parts;
