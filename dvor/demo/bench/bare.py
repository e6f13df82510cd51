"""The raw limit: the same rows as ``activities.record`` writes, inserted into bare tables of the same shape."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from django.db import connection, transaction

from dvor.base import sql

TABLES = {"points_activity": "month", "points_award": "recorded_at", "ledger_transfer": "posted_at", "ledger_lot": ""}

# What the real side writes for one reading of a standard account: the constants are its constants.
_STATEMENTS = (
    """
    insert into bare_points_activity (id, resident_id, occurred_at, recorded_at, sum_kopecks, by_id, month, kind_id,
        level, subject)
    select id, resident_id, %(at)s, %(at)s, null, null, %(month)s::date, 10::smallint, 2::smallint, subject
    from unnest(%(ids)s::bigint[], %(residents)s::bigint[], %(subjects)s::text[]) as row (id, resident_id, subject)
    """,
    """
    insert into bare_points_award (resident_id, recorded_at, activity_id, spendable_at, rule_version_id, points,
        occurred_on, month, kind_id, reason, subject)
    select resident_id, %(at)s, id, null, 1, 20, %(day)s::date, %(month)s::date, 10::smallint, 1::smallint, subject
    from unnest(%(ids)s::bigint[], %(residents)s::bigint[], %(subjects)s::text[]) as row (id, resident_id, subject)
    """,
    """
    insert into bare_ledger_transfer (wallet_id, posted_at, cause_id, available_after, seq, amount, debit, credit,
        expires_on, cause_kind, currency)
    select resident_id, %(at)s, id, 20, id::integer, 20, 100, 1, %(expires)s::date, 1::smallint, 1::smallint
    from unnest(%(ids)s::bigint[], %(residents)s::bigint[]) as row (id, resident_id)
    """,
    """
    insert into bare_ledger_lot (wallet_id, remaining, expires_on)
    select resident_id, 20, %(expires)s::date + %(round)s::integer
    from unnest(%(lot_residents)s::bigint[]) as row (resident_id)
    """,
)


def create() -> None:
    """Empty tables like the real ones: the same columns, checks, indexes and partition key, and nothing else."""
    with connection.cursor() as cursor:
        for table, partition_key in TABLES.items():
            split = f"partition by range ({partition_key})" if partition_key else ""
            cursor.execute(f"drop table if exists bare_{table}")
            cursor.execute(f"create table bare_{table} (like {table} including all) {split}")
            if partition_key:
                cursor.execute(f"create table bare_{table}_all partition of bare_{table} default")


def subjects(call: str, count: int) -> list[str]:
    """Natural keys in the order in which life sends them: none."""
    chance = random.Random(count)  # noqa: S311 the same at each run
    return [f"meter:{place}:{call}" for place in chance.sample(range(10**7, 10**8), count)]


def columns(residents: Sequence[int], *, number: int, at: datetime) -> dict[str, Any]:
    """What one round inserts; ``number`` keeps its keys apart from those of another round."""
    first = number * len(residents)
    return {
        "ids": list(range(first, first + len(residents))),
        "residents": list(residents),
        "lot_residents": list(dict.fromkeys(residents)),
        "subjects": subjects(f"{at.timestamp():.0f}:{number}", len(residents)),
        "at": at,
        "day": at.date(),
        "month": at.date().replace(day=1),
        "expires": date(2100, 1, 1),
        "round": number,
    }


def insert(rows: dict[str, Any]) -> None:
    """One row of each table a resident (one lot however often the resident comes), in one transaction."""
    arrays = {name: sql.array(value) if isinstance(value, list) else value for name, value in rows.items()}
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, arrays, prepare=True)
