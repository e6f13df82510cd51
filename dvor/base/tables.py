"""Operations for migrations: append-only tables and tables partitioned by month.

The SQL functions behind them are made by ``base``'s first migration.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, migrations


def append_only(table: str) -> migrations.RunSQL:
    """Refuse UPDATE and DELETE of rows: a mistake is corrected by a new row that names the old one."""
    return migrations.RunSQL(
        f"create trigger {table}_append_only before update or delete on {table} "
        f"for each row execute function base_refuse_change()",
        f"drop trigger {table}_append_only on {table}",
    )


def monthly_partitions(table: str) -> migrations.RunSQL:
    """Give a table that was created ``partition by range`` its default partition.

    The default partition takes rows of months that nobody prepared, so that no row is ever refused;
    :func:`ensure_months` makes the real ones.
    """
    return migrations.RunSQL(
        f"create table {table}_other partition of {table} default",
        f"drop table {table}_other",
    )


def ensure_months(table: str, first: date, last: date) -> int:
    """Make the missing monthly partitions of ``table`` between two months; return how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("select base_ensure_months(%s, %s, %s)", [table, first, last])
        made = cursor.fetchone()
    assert made is not None
    return int(made[0])
