-- Marks that a resident has voted; answers one row the first time and none ever after.
insert into polls_voter (poll_id, resident_id, flat_id)
values (%(poll_id)s::bigint, %(resident_id)s::bigint, %(flat_id)s::bigint)
on conflict (poll_id, resident_id) do nothing
returning resident_id;
