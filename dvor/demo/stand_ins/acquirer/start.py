"""Everything before the first request: the database and its tables."""

from __future__ import annotations

from typing import Any

import psycopg
from django.core.management import call_command
from psycopg import sql
from psycopg.conninfo import make_conninfo

from dvor.demo.stand_ins.acquirer import settings


def prepare() -> None:
    """Make what is missing; safe to repeat."""
    _make_database()
    call_command("migrate", verbosity=0, interactive=False)


def _make_database() -> None:
    database: dict[str, Any] = settings.DATABASES["default"]
    known = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    server = make_conninfo(
        dbname=settings.MAINTENANCE_DATABASE,
        **{libpq: database[django] for libpq, django in known.items() if database[django]},
        **options,
    )
    with psycopg.connect(server, autocommit=True) as connection:
        name = database["NAME"]
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
