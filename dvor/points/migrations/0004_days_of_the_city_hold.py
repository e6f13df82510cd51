from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """The versions of before keep it too: read while rules are read."""

    dependencies = [("points", "0003_days_of_the_city")]
    operations = [ValidateConstraint(model_name="ruleversion", name="points_ruleversion_never_retroactive")]
