from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """A column of acts that is the same in all rows may come as one element."""

    dependencies = [("points", "0001_initial")]
    operations = [migrations.RunSQL((SQL / "enter.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
