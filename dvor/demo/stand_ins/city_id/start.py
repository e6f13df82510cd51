"""Everything before the first request: the database, its tables, the clients, the persons."""

from __future__ import annotations

from typing import Any

import psycopg
from allauth.idp.oidc.models import Client
from django.core.management import call_command
from psycopg import sql
from psycopg.conninfo import make_conninfo

from dvor.demo.stand_ins.city_id import claims, persons, settings


def prepare() -> None:
    """Make what is missing; safe to repeat."""
    _make_database()
    call_command("migrate", verbosity=0, interactive=False)
    environment = settings.ENVIRONMENT
    site_returns = [f"{address}/sign-in/callback/" for address in settings.SITE_ADDRESSES]
    _keep_client(environment["CITY_ID_CLIENT_ID"], environment["CITY_ID_CLIENT_SECRET"], site_returns)
    app_returns = [f"{settings.APP_SCHEME}:/signed-in", "http://127.0.0.1/signed-in"]
    _keep_client(environment["CITY_ID_APP_CLIENT_ID"], "", app_returns)
    persons.refresh()


def _keep_client(client_id: str, secret: str, returns: list[str]) -> None:
    """A client without a secret is public: an app that proves itself by PKCE alone."""
    client = Client.objects.filter(id=client_id).first() or Client(id=client_id)
    client.name = client_id
    client.type = Client.Type.CONFIDENTIAL if secret else Client.Type.PUBLIC
    if secret:
        client.set_secret(secret)
    client.set_scopes(claims.SCOPES)
    client.set_redirect_uris(returns)
    client.skip_consent = True
    client.save()


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
