"""Brings a machine to the installed version: tables, data the code relies on, static files. Cheap when done before."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from dvor.cli.words import _


def everything(say: Callable[[str], None]) -> None:
    """Migrate, load seeds, collect static files; Django is ready. Says what it did and how long it took."""
    began = time.monotonic()
    if _tables():
        say(_("tables: %(seconds).1f s") % {"seconds": time.monotonic() - began})
    began = time.monotonic()
    if _static_files():
        say(_("static files: %(seconds).1f s") % {"seconds": time.monotonic() - began})


def _tables() -> bool:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from dvor.base import clock, seeds

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)  # loads the seeds too
        return True
    seeds.load(at=clock.now())  # months go by: the next partitions
    return False


def _static_files() -> bool:
    """Collect them anew if the packages have others than the collected ones."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
    mark = _mark()
    if stamp.exists() and stamp.read_text() == mark:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(mark)
    return True


def _mark() -> str:
    from django.contrib.staticfiles.finders import get_finders

    mark = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            mark.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return mark.hexdigest()
