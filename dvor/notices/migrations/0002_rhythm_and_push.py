import django.contrib.postgres.operations
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

# The moment itself, or the end of the quiet hours that it falls into.
AFTER_QUIET = """
create function notices_after_quiet(moment timestamptz, zone text, quiet_from time, quiet_until time)
returns timestamptz language sql stable as $$
    select case
        when quiet_from < quiet_until
            and (moment at time zone zone)::time >= quiet_from and (moment at time zone zone)::time < quiet_until
            then ((moment at time zone zone)::date + quiet_until) at time zone zone
        when quiet_from > quiet_until and (moment at time zone zone)::time < quiet_until
            then ((moment at time zone zone)::date + quiet_until) at time zone zone
        when quiet_from > quiet_until and (moment at time zone zone)::time >= quiet_from
            then ((moment at time zone zone)::date + 1 + quiet_until) at time zone zone
        else moment
    end
$$
"""
# The next time, after the moment, that a digest leaves: every day at the hour, or on Mondays.
NEXT_DIGEST = """
create function notices_next_digest(moment timestamptz, zone text, mails text, hour time)
returns timestamptz language sql stable as $$
    select ((moment at time zone zone)::date + hour + interval '1 day' * case
        when mails = 'daily' then ((moment at time zone zone)::time >= hour)::integer
        when extract(isodow from moment at time zone zone) = 1
            then 7 * ((moment at time zone zone)::time >= hour)::integer
        else 8 - extract(isodow from moment at time zone zone)
    end) at time zone zone
$$
"""


def number() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def cascade(to: str, name: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name=name, to=to)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Rhythm",
            fields=[
                ("resident", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to=settings.AUTH_USER_MODEL)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("zone", models.CharField(help_text="time zone of the resident's house when it was chosen", max_length=50)),
                ("mails", models.CharField(choices=[("at_once", "each at once"), ("daily", "once a day, all in one"), ("weekly", "once a week, all in one"), ("never", "no mails, but for what is part of the service")], default="at_once", max_length=10)),
                ("chosen_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(quiet_from__isnull=True, quiet_until__isnull=True) | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")), name="notices_rhythm_quiet"),
                    models.CheckConstraint(condition=Q(mails__in=["at_once", "daily", "weekly", "never"]), name="notices_rhythm_mails"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", number()),
                ("resident", cascade(settings.AUTH_USER_MODEL, "+")),
                ("sealed", models.BinaryField(help_text="JSON of endpoint, p256dh, auth")),
                ("fingerprint", models.BinaryField(help_text="keyed hash of the endpoint", max_length=32, unique=True)),
                ("host", models.CharField(help_text="of the push service: when it is busy, it is busy for all", max_length=253)),
                ("title", models.CharField(help_text="browser and system", max_length=60)),
                ("added_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["resident"], name="notices_device_resident")]},
        ),
        migrations.CreateModel(
            name="Push",
            fields=[
                ("id", number()),
                ("notice", cascade("notices.notice", "pushes")),
                ("device", cascade("notices.device", "pushes")),
                ("due_at", models.DateTimeField(help_text="not before")),
                ("waits", models.BooleanField()),
                ("started_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("tries", models.SmallIntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name_plural": "pushes",
                "constraints": [
                    models.UniqueConstraint(fields=["notice", "device"], name="notices_push_once"),
                    models.CheckConstraint(condition=Q(sent_at__isnull=True) | Q(started_at__isnull=False), name="notices_push_sent"),
                ],
                "indexes": [
                    models.Index(condition=Q(waits=True), fields=["due_at"], name="notices_push_waiting"),
                    models.Index(condition=Q(waits=False, started_at__isnull=True), fields=["id"], name="notices_push_due"),
                ],
            },
        ),
        migrations.RunSQL(AFTER_QUIET, "drop function notices_after_quiet"),
        migrations.RunSQL(NEXT_DIGEST, "drop function notices_next_digest"),
        migrations.AddField("notice", "mail_due_at", models.DateTimeField(help_text="not before; empty: at once", null=True)),
        migrations.AddField("notice", "mail_waits", models.BooleanField(db_default=False, default=False, help_text="nobody has released it yet")),
        migrations.AddField("notice", "in_digest", models.BooleanField(db_default=False, default=False, help_text="goes with others in one mail")),
        migrations.AddField("delivery", "device_number", models.BigIntegerField(help_text="of a push; it may be gone; empty: a mail", null=True)),
        migrations.AlterField("delivery", "ending", models.CharField(choices=[("sent", "sent"), ("postponed", "postponed"), ("refused", "refused by the mail server"), ("unknown", "unknown"), ("skipped", "not needed any more"), ("gone", "the browser has unsubscribed")], max_length=10)),
        migrations.AlterField("notice", "batch", models.UUIDField(help_text="the call of tell that made it, or of the release that let its mail go")),
        migrations.AlterField("preference", "channel", models.CharField(choices=[("page", "page"), ("mail", "mail"), ("push", "push")], max_length=10)),
        migrations.RunSQL(
            """
            -- squawk-ignore ban-drop-constraint
            alter table notices_preference drop constraint notices_preference_channel
            """,
            "alter table notices_preference add constraint notices_preference_channel check (channel in ('page', 'mail'))",
            state_operations=[migrations.RemoveConstraint(model_name="preference", name="notices_preference_channel")],
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="preference",
            constraint=models.CheckConstraint(condition=Q(channel__in=["page", "mail", "push"]), name="notices_preference_channel"),
        ),
    ]
