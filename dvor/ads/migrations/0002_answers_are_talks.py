from django.db import migrations

# Each neighbour's answers to an ad become a private talk of the two about it, with their numbers, keys and times; what
# was read is read. Cases, notices and choices about answers become those about messages. One statement a table.
MOVE = """
insert into chats_chat (kind, first_id, second_id, topic, opened_at, last_id, revision)
select
    2, least(ad.author_id, reply.resident_id), greatest(ad.author_id, reply.resident_id), 'ad:' || ad.id,
    min(reply.sent_at), 0, 0
from ads_reply as reply
join ads_ad as ad on ad.id = reply.ad_id
group by ad.id, ad.author_id, reply.resident_id
order by min(reply.id);

create temporary table ads_moved on commit drop as
select nextval(pg_get_serial_sequence('chats_message', 'id')) as id, told.*
from (
    select
        reply.id as was, chat.id as chat_id, reply.writer_id, reply.sent_at, reply.seen_at, reply.hidden_at, reply.text,
        reply.key, row_number() over (partition by chat.id order by reply.id) as revision
    from ads_reply as reply
    join ads_ad as ad on ad.id = reply.ad_id
    join chats_chat as chat
        on chat.kind = 2 and chat.topic = 'ad:' || ad.id
        and chat.first_id = least(ad.author_id, reply.resident_id)
        and chat.second_id = greatest(ad.author_id, reply.resident_id)
    order by reply.id
) as told;

insert into chats_message (id, chat_id, writer_id, sent_at, hidden_at, revision, has_pictures, text, key)
select id, chat_id, writer_id, sent_at, hidden_at, revision, false, text, key from ads_moved order by id;

update chats_chat as chat set last_id = moved.last_id, revision = moved.count
from (select chat_id, max(id) as last_id, count(*) as count from ads_moved group by chat_id) as moved
where chat.id = moved.chat_id;

insert into chats_seat (chat_id, resident_id, seen_id, is_muted)
select
    chat.id, side.resident_id,
    coalesce(max(moved.id) filter (where moved.writer_id = side.resident_id or moved.seen_at is not null), 0), false
from ads_moved as moved
join chats_chat as chat on chat.id = moved.chat_id
cross join lateral (values (chat.first_id), (chat.second_id)) as side (resident_id)
group by chat.id, side.resident_id;

update moderation_case as told set
    kind = 'message', content_id = moved.id,
    copies = (
        select coalesce(
            jsonb_agg(one.copy || jsonb_build_object('url', '/chats/messages/' || moved.id || '/') order by one.place),
            '[]'
        )
        from jsonb_array_elements(told.copies) with ordinality as one (copy, place)
    )
from ads_moved as moved
where told.kind = 'ad_reply' and told.content_id = moved.was;

-- what is gone already keeps its case, under a number that no message has
update moderation_case set kind = 'message', content_id = -content_id where kind = 'ad_reply';

update notices_notice as notice set url = '/chats/' || moved.chat_id || '/'
from ads_moved as moved
where notice.kind = 'ads.reply_came' and notice.key = 'reply:' || moved.was;

update notices_notice set kind = 'chats.message_came' where kind = 'ads.reply_came';

delete from notices_preference as old using notices_preference as new
where
    old.kind = 'ads.reply_came' and new.kind = 'chats.message_came' and new.resident_id = old.resident_id
    and new.channel = old.channel;

update notices_preference set kind = 'chats.message_came' where kind = 'ads.reply_came';
"""


class Migration(migrations.Migration):
    """There is no way back: what is written afterwards in a talk has no place in the old table."""

    dependencies = [
        ("ads", "0001_initial"),
        ("chats", "0001_initial"),
        ("moderation", "0001_initial"),
        ("notices", "0002_rhythm_and_push"),
    ]
    operations = [migrations.RunSQL(MOVE)]
