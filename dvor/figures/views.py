"""The home page, for neighbours and for strangers, and the city in figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dvor.base import clock, periods
from dvor.figures import home as home_page
from dvor.figures import queries
from dvor.people.models import Resident
from dvor.points import kinds, rules


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reading of one meter brings, from the lowest account level to the highest."""

    least: int
    most: int


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What I can do now and what it brings; for a stranger, what Dvor is."""
    now = clock.now()
    if isinstance(request.user, Resident):
        page = home_page.today(request.user, at=now)
        return render(request, "figures/home.html", {"home": page, "balance": page.balance, "resident": request.user})
    kind = kinds.named("reading")
    version = rules.in_force(kind, periods.day_of(now)) if kind else None
    rates = rules.terms_of(version).points.values() if version else ()
    reading = Reading(min(rates), max(rates)) if rates else None
    return render(request, "figures/welcome.html", {"figures": queries.public(at=now), "reading": reading})


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The city in figures, for everybody."""
    return render(request, "figures/figures.html", {"figures": queries.public(at=clock.now())})
