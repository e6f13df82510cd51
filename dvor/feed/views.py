"""The feed and its filters, other houses, and the pages of news and outages."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock, periods, texts
from dvor.feed import follows, kinds, outage_cards, queries, reading, seen
from dvor.feed.queries import Asked, Page, Shown
from dvor.homes import queries as homes
from dvor.people.models import Resident


@login_required
@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """What is going on in my houses, newest first. What the page has shown is not new any more."""
    by, at = _resident(request), clock.now()
    asked = _asked(request)
    page = queries.page(by, asked, at=at)
    houses = queries.houses(by)
    response = render(request, "feed/index.html", _context(asked, page, houses))
    if request.method == "GET" and page.has_unread and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        seen.mark(page.seen, by=by, at=at)
    return response


def _context(asked: Asked, page: Page, houses: list[Any]) -> dict[str, Any]:
    allowed = {code for house in houses for code in house.allowed}
    base = {"house": asked.house_id, "kind": asked.kind, "q": asked.typed}
    return {
        "asked": asked,
        "page": page,
        "days": _by_day(page.shown),
        "houses": houses,
        "has_many": len(houses) > 1,
        "lives_here": any(house.is_own for house in houses),
        "kinds": [(kind, _address(base, kind=kind.code)) for kind in kinds.every() if kind.code in allowed],
        "all_kinds": _address(base, kind=""),
        "older": _address(base, before=page.older) if page.older else "",
        "newest_page": _address(base),
        "is_filtered": bool(asked.kind or asked.house_id or asked.typed),
    }


def _by_day(shown: list[Shown]) -> list[tuple[date, list[Shown]]]:
    """Cards by the day of their publication, in the zone of their house."""
    by_day = groupby(shown, key=lambda one: periods.day_of(one.row.published_at, one.row.time_zone))
    return [(day, list(cards)) for day, cards in by_day]


def _address(base: dict[str, Any], **changed: Any) -> str:
    wanted = {name: value for name, value in {**base, **changed}.items() if value}
    return f"?{urlencode(wanted)}" if wanted else reverse("feed")


def _asked(request: HttpRequest) -> Asked:
    """What the address asks for; what cannot be read asks for nothing."""
    house, before = (texts.number(request.GET.get(name, "")) or 0 for name in ("house", "before"))
    kind = request.GET.get("kind", "")
    return Asked(
        kind=kind if kinds.find(kind) else "",
        house_id=house or None,
        typed=request.GET.get("q", "").replace("\x00", "")[: queries.TYPED_LENGTH_MAX].strip(),
        before=before or None,
    )


@login_required
@require_POST
def seen_all(request: HttpRequest) -> HttpResponse:
    """Mark everything up to the newest entry that the page showed as seen."""
    seen.mark_all(upto=texts.number(request.POST.get("upto", "")) or 0, by=_resident(request), at=clock.now())
    return _see_other(reverse("feed"))


# ── Other houses ─────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@require_http_methods(["GET", "HEAD"])
def houses(request: HttpRequest) -> HttpResponse:
    """Which houses are in my feed, and a search for another one."""
    by = _resident(request)
    searched = request.GET.get("search", "")
    mine = queries.houses(by)
    known = {house.id for house in mine}
    context = {
        "houses": mine,
        "searched": searched,
        "found": [(house, house.id in known) for house in homes.search_houses(searched)],
        "followed_max": follows.FOLLOWED_MAX,
    }
    if request.headers.get("HX-Target") == "found":
        return render(request, "feed/houses.html#found", context)
    return render(request, "feed/houses.html", context)


@login_required
@require_POST
def house(request: HttpRequest, house_id: int) -> HttpResponse:
    """Take a house into my feed, or out of it."""
    by = _resident(request)
    if request.POST.get("followed") == "on":
        chosen = follows.choose(house_id, by=by, at=clock.now())
        messages.success(request, _("News and outages are now in your feed: %(house)s.") % {"house": chosen.address})
    else:
        follows.drop(house_id, by=by)
        messages.success(request, _("This house is not in your feed any more."))
    return _see_other(reverse("feed_houses"))


# ── News and outages ─────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@require_http_methods(["GET", "HEAD"])
def news_page(request: HttpRequest, news_id: int) -> HttpResponse:
    """One piece of news, for those in whose feed it is."""
    news, where = reading.news(news_id, by=_resident(request))
    return render(request, "feed/news.html", {"news": news, "zone": where[0].time_zone})


@login_required
@require_http_methods(["GET", "HEAD"])
def outage_page(request: HttpRequest, outage_id: int) -> HttpResponse:
    """One outage: what, when, where, in which state; for those in whose feed it is."""
    outage, where = reading.outage(outage_id, by=_resident(request))
    context = {
        "outage": outage,
        "title": outage_cards.title(outage),
        "state": outage_cards.state_of(outage, clock.now()),
        "entrances": outage_cards.entrances(outage),
        "addresses": reading.addresses(where),
    }
    return render(request, "feed/outage.html", context)


def _resident(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident)
    return request.user


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
