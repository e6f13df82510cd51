"""Error reports that a page offers for download: kept for a week, each for the one who loaded the file."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

_KEPT = timedelta(days=7)
_NAME = re.compile(r"([0-9]{1,19})-[0-9a-f]{32}\.csv")


def new_report(*, owner_id: int, at: datetime) -> Path:
    """Where to write the report of a file that a resident loads; what is older than a week goes."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        if old.stat().st_mtime < (at - _KEPT).timestamp():
            old.unlink(missing_ok=True)
    return folder / f"{owner_id}-{secrets.token_hex(16)}.csv"


def report(name: str, *, owner_id: int) -> Path | None:
    """The report of that name, if it is this resident's."""
    match = _NAME.fullmatch(name)
    path = _folder() / name
    return path if match and int(match[1]) == owner_id and path.is_file() else None


def _folder() -> Path:
    return Path(settings.DATA).resolve() / "reports"
