-- A new resident, or a known one with what the city ID tells today; language and consent stay the resident's own.
insert into people_resident as resident
    (city_id, first_name, middle_name, last_name, email, mobile, level, language, joined_at)
values
    (%(city_id)s, %(first_name)s, %(middle_name)s, %(last_name)s, %(email)s, %(mobile)s,
     %(level)s::smallint, %(language)s, %(at)s)
on conflict (city_id) do update set
    first_name = excluded.first_name,
    middle_name = excluded.middle_name,
    last_name = excluded.last_name,
    email = excluded.email,
    mobile = excluded.mobile,
    level = excluded.level
returning
    resident.*,
    exists (
        select from people_role as role where role.resident_id = resident.id and role.revoked_at is null
    ) as has_role;
