-- How many talks a reader has about each of some topics, and how much is new in them.
select
    chat.topic, count(*) as talks,
    sum(chats_unread(chat.id, %(reader)s::bigint, coalesce(seat.seen_id, 0)))::bigint as unread
from chats_chat as chat
left join chats_seat as seat on seat.chat_id = chat.id and seat.resident_id = %(reader)s::bigint
where
    chat.topic = any(%(topics)s::text[]) and chat.topic <> '' and chat.kind = 2 and chat.last_id > 0
    and %(reader)s::bigint in (chat.first_id, chat.second_id)
group by chat.topic;
