"""Prepares this machine before a command: settings of the data folder, Django, translations, static files.

A demo keeps its settings and secrets in ``DATA/environment`` (mode 0600), so that ``bin/dvor audit`` speaks to the same
database as ``bin/run``. What the process environment says itself always wins; production has no such file.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import NoReturn

from dvor.cli.words import _

FOLDER = Path(".data")  # the default of DVOR_DATA in dvor.environment
SECRETS = {  # and their bytes
    **dict.fromkeys(("DVOR_SECRET_KEY", "DVOR_SEALING_KEY", "CITY_ID_CLIENT_SECRET", "ACQUIRER_SECRET"), 48),
    "VAPID_PRIVATE_KEY": 32,
}
_SHIFT = "DEMO_SHIFT_DAYS"  # how many days the demo's clock is ahead; never less than it was


class Wrong(Exception):
    """What was asked cannot be done on this machine; the text is one line for its keeper. Exit code 2."""


def folder(chosen: Path | None = None) -> Path:
    """The data folder of this call."""
    return (chosen or Path(os.environ.get("DVOR_DATA") or FOLDER)).resolve()


def load(data: Path) -> dict[str, str]:
    """Take the settings of the data folder's file for whatever the environment leaves open; return the file's own."""
    os.environ["DVOR_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dvor.settings")
    kept = _read(data / "environment")
    for name, value in kept.items():
        if name != _SHIFT:
            os.environ.setdefault(name, value)
    if kept and (shift := int(kept.get(_SHIFT, "0"))):
        os.environ.setdefault("DVOR_DEMO_DATE", (date.today() + timedelta(days=shift)).isoformat())  # noqa: DTZ011
    return kept


def keep(data: Path, **settings: str) -> None:
    """Write the demo's settings beside its data, with secrets made on first start."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / "environment"
    kept = {name: secrets.token_urlsafe(length) for name, length in SECRETS.items()} | _read(path) | settings
    lines = "".join(f"{name}={value}\n" for name, value in kept.items())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(lines)


def shift_days(data: Path, today: date, *, asked: str = "") -> int:
    """How far ahead the demo's clock must be so that readings of every resource are taken (15th to 26th).

    It only ever moves forward: what the demo has recorded must not lie in its future. ``asked`` is the day that the
    keeper wants it to be (``DVOR_DEMO_DATE``), such as one after the delay of an award.
    """
    kept = _read(data / "environment").get(_SHIFT)
    shift = int(kept or "0")
    if asked:
        wanted = (_day(asked) - today).days
        if kept is not None and wanted < shift:
            refuse(_("the demo has lived longer than to %(day)s already; choose a later day") % {"day": asked})
        if wanted != shift:
            return wanted
    day = today + timedelta(days=shift)
    if 15 <= day.day <= 26:
        return shift
    month = day if day.day < 15 else (day.replace(day=28) + timedelta(days=4))
    return (month.replace(day=18) - today).days


def _day(asked: str) -> date:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        refuse(_("DVOR_DEMO_DATE=%(day)s is no day like 2026-10-20") % {"day": asked})


def keep_shift(data: Path, days: int) -> None:
    """Remember the clock's shift for later starts and other commands."""
    keep(data, **{_SHIFT: str(days)})


def ready(data: Path | None = None) -> None:
    """Settings, translations and Django, for a command that needs the product."""
    load(folder(data))
    compile_translations()
    import django  # only now: the settings read what was loaded above

    django.setup()
    log_to_stderr()


def log_to_stderr() -> None:
    """A command's stdout is its result; what the product logs meanwhile goes beside it."""
    import structlog

    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))


def compile_translations() -> int:
    """Make the missing or outdated .mo files (they are not in the repository); return how many were made."""
    made = 0
    for po in Path(__file__).resolve().parent.parent.glob("**/locale/*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            from polib import pofile  # slow to import, and mostly there is nothing to do

            unfinished = mo.with_suffix(f".{os.getpid()}")
            pofile(str(po)).save_as_mofile(str(unfinished))
            unfinished.replace(mo)  # two starts at once must not read half a file
            made += 1
    return made


def refuse(text: str) -> NoReturn:
    """Stop the command with one clear line."""
    raise Wrong(text)


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: value for name, _equals, value in lines}
