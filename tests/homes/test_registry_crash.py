"""An import that dies loses nothing; two at once are one; 100,000 flats pass in a small process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import translation

from dvor.base import sql
from dvor.base.files import ErrorReport
from dvor.base.refusals import Refusal
from dvor.homes import registry
from dvor.homes.models import Flat, House
from tests.homes import registry_file


class Death(BaseException):
    pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [1, 60, 140, 199])
def test_what_a_crash_interrupts_the_same_file_completes(
    tmp_path: Path, at: datetime, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "MERGE_ROWS", 20)
    path = registry_file.write(tmp_path / "registry.csv", 200)

    class Bomb:
        total: int | None = None
        done = 0

        def advance(self, n: int) -> None:
            self.done += n
            if self.done >= after:
                raise Death

    with ErrorReport() as report, pytest.raises(Death):
        registry.import_(path, report=report, by=None, at=at, progress=Bomb())
    half = Flat.objects.count()
    with ErrorReport() as report:
        done = registry.import_(path, report=report, by=None, at=at)
    assert (half + done.flats_added, done.flats_same) == (200, half)
    assert (Flat.objects.count(), House.objects.count()) == (200, 2)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_killed_frees_the_way(tmp_path: Path, at: datetime) -> None:
    path = registry_file.write(tmp_path / "registry.csv", 5_000)
    backend = sql_backend()

    class Killer:
        total: int | None = None
        done = 0

        def advance(self, n: int) -> None:
            self.done += n
            if self.done > 2_600:  # the reading is over, the merging has begun
                with psycopg.connect(**_address(), autocommit=True) as other:
                    other.execute("select pg_terminate_backend(%s)", [backend])
                time.sleep(0.1)
                self.done = -(10**9)

    with ErrorReport() as report, pytest.raises(Exception, match=r"(?i)terminat|closed|lost"):
        registry.import_(path, report=report, by=None, at=at, progress=Killer())
    connection.close()
    with ErrorReport() as report:
        registry.import_(path, report=report, by=None, at=at)
    assert Flat.objects.count() == 5_000


def sql_backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _address() -> dict[str, str]:
    settings = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {libpq: str(settings[name]) for libpq, name in names.items() if settings[name]}


@pytest.mark.django_db(transaction=True)
def test_a_second_import_waits_for_the_first(tmp_path: Path, at: datetime) -> None:
    path = registry_file.write(tmp_path / "registry.csv", 10)
    assert sql.row("homes/registry_lock.sql").taken
    refusals: list[str] = []

    def another() -> None:
        try:
            with ErrorReport() as report:
                registry.import_(path, report=report, by=None, at=at)
        except Refusal as refused:
            refusals.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=another)
    thread.start()
    thread.join()
    sql.rows("homes/registry_unlock.sql")
    assert refusals == ["import_running"]
    assert House.objects.count() == 0


# VmHWM and not ru_maxrss: the latter begins with the size of the process that started this one.
_CHILD = """
import json, re, sys, time
from pathlib import Path
import django; django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from dvor.base.files import ErrorReport
from dvor.base.clock import now
from dvor.homes import registry
began = time.monotonic()
with ErrorReport(Path(sys.argv[1] + ".errors.csv")) as report:
    done = registry.import_(Path(sys.argv[1]), report=report, by=None, at=now())
print(json.dumps({
    "flats": done.flats_added, "refused": done.refused, "seconds": time.monotonic() - began,
    "memory_mb": int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024,
}))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_flats_pass_within_a_minute_and_300_megabytes(tmp_path: Path) -> None:
    path = registry_file.write(tmp_path / "registry.csv", 100_000, bad_every=100)
    finished = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path), connection.settings_dict["NAME"]],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=Path(__file__).resolve().parent.parent.parent,
    )
    measured = json.loads(finished.stdout.splitlines()[-1])
    assert (measured["flats"], measured["refused"]) == (98_750, 1_250)
    assert measured["seconds"] < 60, measured
    assert measured["memory_mb"] < 300, measured
    report = (tmp_path / "registry.csv.errors.csv").read_text(encoding="utf-8-sig")
    assert len(report.splitlines()) == 1 + 1_250
    with translation.override("ru"):
        assert House.objects.count() == 1_000
