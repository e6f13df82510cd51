from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Indexes on tables that hold rows: made while they are read and written."""

    atomic = False
    dependencies = [("notices", "0002_rhythm_and_push")]

    operations = [
        ValidateConstraint(model_name="preference", name="notices_preference_channel"),
        AddIndexConcurrently("notice", models.Index(condition=Q(mail_waits=True), fields=["mail_due_at"], name="notices_notice_waiting")),
        AddIndexConcurrently("notice", models.Index(condition=Q(in_digest=True, mail_started_at__isnull=True), fields=["resident"], name="notices_notice_digest")),
        migrations.RunSQL(
            """
            create unique index concurrently notices_delivery_once_each on notices_delivery (notice_id, device_number)
            nulls not distinct where ending = 'sent'
            """,
            "drop index concurrently notices_delivery_once_each",
            state_operations=[
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(condition=Q(ending="sent"), fields=("notice", "device_number"), name="notices_delivery_once_each", nulls_distinct=False),
                )
            ],
        ),
        migrations.RunSQL(
            "drop index concurrently notices_delivery_sent_once",
            "create unique index concurrently notices_delivery_sent_once on notices_delivery (notice_id) where ending = 'sent'",
            state_operations=[migrations.RemoveConstraint(model_name="delivery", name="notices_delivery_sent_once")],
        ),
    ]
