from django.db import migrations


class Migration(migrations.Migration):
    """The table of answers goes: what was in it are talks, and what is left would be private letters twice."""

    dependencies = [("ads", "0002_answers_are_talks")]
    operations = [
        migrations.RunSQL(
            """
            -- never released: no server runs code that reads it
            -- squawk-ignore ban-drop-table
            drop table ads_reply
            """,
            state_operations=[migrations.DeleteModel(name="Reply")],
        ),
    ]
