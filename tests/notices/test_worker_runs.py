"""The queue as it runs: a real worker process on the same PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from psycopg.conninfo import make_conninfo

from dvor.base import clock
from dvor.notices import facts
from dvor.notices.kinds import FactKind
from dvor.notices.models import Delivery, Notice
from tests.cast import Cast
from tests.notices.conftest import fact

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _empty_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("truncate procrastinate_jobs cascade")


def test_a_worker_process_does_the_job_that_a_committed_act_left(
    transactional_db: None, cast: Cast, at: datetime, event: FactKind, tmp_path: Path
) -> None:
    _empty_queue()
    facts.tell([fact(event, cast.anna.pk)], at=at)
    parameters = connection.get_connection_params()
    address = make_conninfo(
        **{name: parameters[name] for name in ("dbname", "user", "host", "port") if name in parameters}
    )
    own = {"DATABASE_URL": address, "DVOR_DATA": str(tmp_path), "DVOR_DEMO": "yes"}
    environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "dvor.settings", "PYTHONPATH": os.getcwd()}
    worker = subprocess.run(
        [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert worker.returncode == 0, worker.stderr
    # That process does not know the kind of fact that this test declared: it says so and mails nothing.
    assert Delivery.objects.get().ending == Delivery.Ending.SKIPPED
    assert _jobs() == ["succeeded"]
    _empty_queue()


def test_a_worker_mails_what_was_told(transactional_db: None, cast: Cast, event: FactKind) -> None:
    _empty_queue()
    facts.tell([fact(event, cast.anna.pk)], at=clock.now())
    with app.replace_connector(app.connector.get_worker_connector()):
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    assert _jobs() == ["succeeded"]
    assert Notice.objects.get().mailed_at is not None
    _empty_queue()


def _jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select status from procrastinate_jobs where task_name = 'dvor.notices.jobs.mail'")
        return [status for (status,) in cursor.fetchall()]
