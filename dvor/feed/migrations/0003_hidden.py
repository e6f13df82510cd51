from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What is hidden is found among hundreds of millions of cards."""

    atomic = False
    dependencies = [("feed", "0002_reading")]
    operations = [
        AddIndexConcurrently("entry", models.Index(fields=["-id"], condition=Q(hidden_at__isnull=False), name="feed_entry_hidden")),
    ]
