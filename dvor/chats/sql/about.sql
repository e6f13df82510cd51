-- The talks of a reader about one topic, the last word first, with that word and what is new.
-- Hidden words are neither new nor last; one's own hidden ones are.
select
    chat.id, chat.first_id + chat.second_id - %(reader)s::bigint as other_id,
    chats_unread(chat.id, %(reader)s::bigint, coalesce(seat.seen_id, 0)) as unread,
    said.text, said.has_pictures, said.writer_id
from chats_chat as chat
left join chats_seat as seat on seat.chat_id = chat.id and seat.resident_id = %(reader)s::bigint
left join lateral (
    select message.text, message.has_pictures, message.writer_id
    from chats_message as message
    where message.chat_id = chat.id and (message.hidden_at is null or message.writer_id = %(reader)s::bigint)
    order by message.id desc
    limit 1
) as said on true
where
    chat.topic = %(topic)s::text and chat.topic <> '' and chat.kind = 2 and chat.last_id > 0
    and %(reader)s::bigint in (chat.first_id, chat.second_id)
order by chat.last_id desc
limit %(limit)s::integer;
