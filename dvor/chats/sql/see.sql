-- A reader has read a chat up to a message, the last one at most. What was read stays read: two open pages may tell it
-- in any order.
insert into chats_seat as seat (chat_id, resident_id, seen_id, is_muted)
select chat.id, %(reader)s::bigint, least(%(seen)s::bigint, chat.last_id), false
from chats_chat as chat
where chat.id = %(chat)s::bigint
on conflict (chat_id, resident_id) do update set seen_id = excluded.seen_id
where seat.seen_id < excluded.seen_id;
