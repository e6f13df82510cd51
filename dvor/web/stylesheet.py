"""One stylesheet for the browser from many small ones for us: joined once a process, named by its content.

There is no build step. The address carries a digest, so the answer may be kept for a year and a new release has a new
address. The dark theme stays a file of its own, because the shell links it under a media query.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(__file__).resolve().parent / "static/web/css"
# Order decides inside a layer, and the first sheet names the layers.
SHEETS = (
    "tokens", "fonts", "reset", "base", "layout",
    "components/card", "components/button", "components/form", "components/feedback", "components/records",
    "components/table-phone", "components/chart", "components/icon", "components/header", "components/navigation",
    "components/footer", "components/code",
    "pages/trouble", "pages/contacts", "pages/gallery", "pages/points", "pages/knowledge",
    "pages/notices", "pages/ads", "pages/feed", "pages/bills",
    "pages/chats", "pages/messages", "pages/message-menu", "pages/writing",
    "print",
)  # fmt: skip
_URL = re.compile(r'url\("\.\./([^"]+)"\)')
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """The joined text, plain and packed, under the digest of its content."""

    digest: str
    plain: bytes
    packed: bytes


def joined() -> Stylesheet:
    """All sheets in their order; while developing they are read anew each time."""
    if settings.DEBUG:
        _join.cache_clear()
    return _join()


@cache
def _join() -> Stylesheet:
    text = "\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    text = _COMMENT.sub("", text)
    text = _URL.sub(lambda match: f'url("{static(f"web/{match[1]}")}")', text)
    plain = text.encode()
    return Stylesheet(hashlib.sha256(plain).hexdigest()[:16], plain, gzip.compress(plain, 9, mtime=0))
