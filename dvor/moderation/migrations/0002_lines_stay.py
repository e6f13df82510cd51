from django.db import migrations

from dvor.base.tables import append_only

# A version of a reason is never edited, because decisions name it: all that happens to it is that it is retired, once.
KEPT = """
create function moderation_reason_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.retired_at is not null
        or (new.code, new.titles, new.rules, new.position, new.since)
            is distinct from (old.code, old.titles, old.rules, old.position, old.since)
    then
        raise exception 'a reason is followed by newer words or retired, not changed'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger moderation_reason_kept before update or delete on moderation_reason
    for each row execute function moderation_reason_kept();
"""
LOOSE = "drop trigger moderation_reason_kept on moderation_reason; drop function moderation_reason_kept();"


class Migration(migrations.Migration):

    dependencies = [("moderation", "0001_initial")]

    operations = [
        append_only("moderation_pace"),
        migrations.RunSQL(KEPT, LOOSE),
    ]
