"""Error reports that a page offers for download: kept for a week, each for the one who loaded the file."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse

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


def download(name: str, *, owner_id: int) -> HttpResponse:
    """The answer with the report of that name; 404 when it is not this resident's."""
    path = report(name, owner_id=owner_id)
    if path is None:
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename="errors.csv", content_type="text/csv")
    return cast(HttpResponse, answer)  # the console's pages are typed by what most of them return


def _folder() -> Path:
    return Path(settings.DATA).resolve() / "reports"
