from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import TruncDate

CITY_ZONE = ZoneInfo(settings.TIME_ZONE)


class Migration(migrations.Migration):
    """A rule version begins after the city's day of its publication, whatever zone a session has."""

    dependencies = [("points", "0002_columns_of_one")]
    operations = [
        migrations.RunSQL(
            """
            -- its exact successor comes in the same transaction
            -- squawk-ignore ban-drop-constraint
            alter table points_ruleversion drop constraint points_ruleversion_never_retroactive
            """,
            """
            alter table points_ruleversion add constraint points_ruleversion_never_retroactive
            check (published_by is null or published_at < since) not valid
            """,
            state_operations=[
                migrations.RemoveConstraint(model_name="ruleversion", name="points_ruleversion_never_retroactive")
            ],
        ),
        AddConstraintNotValid(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=Q(published_by__isnull=True) | Q(since__gt=TruncDate("published_at", tzinfo=CITY_ZONE)),
                name="points_ruleversion_never_retroactive",
            ),
        ),
    ]
