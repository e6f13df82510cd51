"""A start-up check: every declared kind of fact has its two templates, or its page would fail later."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from dvor.notices import kinds


def check(**_asked: Any) -> list[CheckMessage]:
    """One error a missing template; run by every command of Django's and by the tests."""
    return [
        Error(f"The kind of fact {kind.code} has no template {name}.", id="notices.E001")
        for kind in kinds.every()
        for name in (f"{kind.stem}.subject.txt", f"{kind.stem}.txt")
        if not _exists(name)
    ]


def _exists(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
