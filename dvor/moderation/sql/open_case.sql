-- The open case of a content, a new one when there is none; its row is locked either way. `fresh`: it is new.
insert into moderation_case as found (kind, content_id, house_id, author_id, opened_at, copies, findings)
values (%(kind)s, %(content_id)s, %(house_id)s, %(author_id)s, %(at)s, '[]', '[]')
on conflict (kind, content_id) where closed_at is null
do update set content_id = found.content_id
returning id, xmax = 0 as fresh;
