"""What every page shows: the city's lines of help, the doors, and what is mine. Asked only when a page shows it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from dvor.base import clock
from dvor.ledger import queries as ledger
from dvor.people.models import Resident
from dvor.web import navigation, queries, stylesheet

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


class Shell:
    """The frame of one page. Every property is read at most once; only ``counts`` and ``available`` cost a query."""

    def __init__(self, request: HttpRequest | None) -> None:
        self._request = request
        self.path = request.get_full_path() if request else "/"
        self.is_bare = request is None  # a page of our own failure: nothing personal, no form

    @property
    def stylesheet(self) -> str:
        return reverse("stylesheet", args=[stylesheet.joined().digest])

    @cached_property
    def resident(self) -> Resident | None:
        user = getattr(self._request, "user", None)
        return user if isinstance(user, Resident) or getattr(user, "is_authenticated", False) else None

    @cached_property
    def theme(self) -> str:
        chosen = self._request.COOKIES.get(THEME_COOKIE, "") if self._request else ""
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def counts(self) -> Any:
        return queries.counts(self.resident, at=clock.now()) if self.resident else None

    @property
    def unread(self) -> int:
        return self.counts.notices if self.resident else 0

    @cached_property
    def available(self) -> int:
        return ledger.balance(self.resident.pk).available if self.resident else 0

    @property
    def return_to(self) -> str:
        """Where to come back to after signing in; empty on the pages of signing in themselves."""
        return "" if self.path.startswith(("/sign-", "/accounts/")) or self.path == "/" else self.path

    @property
    def hotline_digits(self) -> str:
        return re.sub(r"[^+0-9]", "", str(settings.CITY["hotline_phone"]))

    @property
    def dock(self) -> list[navigation.Shown]:
        return self._doors(navigation.DOCK)

    @property
    def doors(self) -> list[navigation.Shown]:
        return self._doors(navigation.DOORS)

    @property
    def footer(self) -> list[navigation.Shown]:
        works_here = self.resident is not None and self.resident.is_staff
        return self._doors((*navigation.FOOTER, navigation.CONSOLE) if works_here else navigation.FOOTER)

    def _doors(self, doors: tuple[navigation.Door, ...]) -> list[navigation.Shown]:
        new = {navigation.FEED.name: self.counts.feed} if self.resident and navigation.FEED in doors else {}
        return navigation.shown(doors, self._request.path if self._request else "", new)


def shell(request: HttpRequest | None) -> dict[str, Any]:
    """Context of the page shell; no query until a page shows what needs one."""
    return {"city": settings.CITY, "demo": settings.DEMO, "shell": Shell(request)}
