-- How much is new to a reader in all of his chats that may ring; a hundred of one chat stands for more.
-- The chat of a house that one has never opened has nothing new.
select coalesce(sum(chats_unread(chat.id, %(reader)s::bigint, coalesce(seat.seen_id, 0))), 0)::bigint as messages
from chats_chat as chat
left join chats_seat as seat on seat.chat_id = chat.id and seat.resident_id = %(reader)s::bigint
where
    (
        (chat.house_id = any(%(houses)s::bigint[]) and seat.id is not null)
        or (chat.kind = 2 and chat.first_id = %(reader)s::bigint)
        or (chat.kind = 2 and chat.second_id = %(reader)s::bigint)
    )
    and chat.last_id > coalesce(seat.seen_id, 0) and not coalesce(seat.is_muted, false);
