-- The chats of a reader: those of his houses first, then his talks by their last word; what is new in each.
-- A blocked neighbour's words, and hidden ones, are neither new nor last; one's own hidden ones are.
-- `place` is where a chat stands: talks are numbered by their last word, houses below zero, so that a page may end
-- anywhere and the next one begins behind it.
with mine as (
    select chat.*, null::bigint as other_id, -chat.id as place
    from chats_chat as chat
    where
        chat.house_id = any(%(houses)s::bigint[])
        and (%(before)s::bigint is null or (%(before)s::bigint < 0 and -chat.id < %(before)s::bigint))
    union all
    (
        select chat.*, chat.second_id, chat.last_id
        from chats_chat as chat
        where
            chat.kind = 2 and chat.first_id = %(reader)s::bigint and chat.last_id > 0
            and chat.last_id < case when %(before)s::bigint > 0 then %(before)s::bigint else 9223372036854775807 end
        order by chat.last_id desc
        limit %(limit)s::integer
    )
    union all
    (
        select chat.*, chat.first_id, chat.last_id
        from chats_chat as chat
        where
            chat.kind = 2 and chat.second_id = %(reader)s::bigint and chat.last_id > 0
            and chat.last_id < case when %(before)s::bigint > 0 then %(before)s::bigint else 9223372036854775807 end
        order by chat.last_id desc
        limit %(limit)s::integer
    )
)

select
    mine.id, mine.kind, mine.house_id, mine.other_id, mine.topic, mine.last_id, mine.place,
    coalesce(seat.is_muted, false) as is_muted,
    -- nothing is new in the chat of a house that one has never opened: it has gone on for years
    case when mine.kind = 2 or seat.id is not null
        then chats_unread(mine.id, %(reader)s::bigint, coalesce(seat.seen_id, 0)) else 0
    end as unread,
    exists (
        select from chats_block as block
        where block.resident_id = %(reader)s::bigint and block.blocked_id = mine.other_id
    ) as is_blocked,
    said.sent_at, said.text, said.has_pictures, said.removed_at, said.writer_id, writer.first_name as writer_name
from mine
left join chats_seat as seat on seat.chat_id = mine.id and seat.resident_id = %(reader)s::bigint
left join lateral (
    select message.sent_at, message.text, message.has_pictures, message.removed_at, message.writer_id
    from chats_message as message
    where
        message.chat_id = mine.id and (message.hidden_at is null or message.writer_id = %(reader)s::bigint)
        and not exists (
            select from chats_block as block
            where block.resident_id = %(reader)s::bigint and block.blocked_id = message.writer_id
        )
    order by message.id desc
    limit 1
) as said on true
left join people_resident as writer on writer.id = said.writer_id
order by mine.kind, mine.place desc
limit %(limit)s::integer;
