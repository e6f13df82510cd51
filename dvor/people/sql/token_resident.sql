-- The resident of a valid token, in one statement; the first use on a day is noted in the same breath.
with found as (
    select
        token.id as token_id,
        token.resident_id,
        token.last_used_on is distinct from %(day)s::date as first_today
    from people_token as token
    where token.fingerprint = %(fingerprint)s
      and token.revoked_at is null
      and token.expires_at > %(at)s
), noted as (
    update people_token set last_used_on = %(day)s::date
    from found
    where people_token.id = found.token_id and found.first_today
)
select
    resident.*,
    exists (
        select from people_role as role where role.resident_id = resident.id and role.revoked_at is null
    ) as has_role
from found
join people_resident as resident on resident.id = found.resident_id
where resident.deleted_at is null;
