"""A database of the bench's own, on a day when readings are taken; dropped afterwards.

Imported before Django's settings are: it decides what they read.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from dvor.base import embedded

DAY = 20  # inside the windows of every resource


@contextmanager
def fresh(data: Path) -> Iterator[Path]:
    """An embedded PostgreSQL in ``data``/bench; a server named by DATABASE_URL is never touched."""
    folder = data / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ.pop("DATABASE_URL", None)
    url = embedded.ensure_running(folder)
    today = date.today()  # noqa: DTZ011 whole days, any zone
    os.environ.update(
        DATABASE_URL=url,
        DVOR_DATA=str(folder),
        DVOR_DEMO="yes",
        DVOR_DEMO_DATE=today.replace(day=DAY).isoformat(),
        DVOR_API_RATE_MAX="1000000000",  # the bench is one address
        DVOR_LOG_LEVEL="WARNING",
        DJANGO_SETTINGS_MODULE="dvor.settings",
    )
    try:
        yield folder
    finally:
        embedded.remove(folder)
