"""Reading: the board, one ad, its pictures, my ads."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from dvor.ads import audience, queries, serving, terms
from dvor.ads.forms import AnswerForm, Filters
from dvor.ads.models import Ad
from dvor.ads.views.doors import resident
from dvor.base import clock, texts
from dvor.chats import about


@login_required
@require_http_methods(["GET", "HEAD"])
def board(request: HttpRequest) -> HttpResponse:
    """What neighbours give away, sell, look for."""
    at = clock.now()
    sight, filters = audience.of(resident(request), at=at), Filters(request.GET)
    cards, is_more = queries.board(sight, filters.wanted(), at=at)
    last = str(cards[-1].ad.pk) if is_more else ""
    context = {
        "cards": cards,
        "sight": sight,
        "filters": filters,
        "older": filters.query_string(before=last) if last else "",
        "is_first_page": filters.wanted().before is None,
        "all_url": f"?{filters.query_string(category='')}",
        "tabs": [(one.value, one.label, f"?{filters.query_string(category=str(one.value))}") for one in Ad.Category],
        "at": at,
    }
    return render(request, "ads/board.html", context)


@login_required
@require_http_methods(["GET", "HEAD"])
def one(request: HttpRequest, ad_id: int) -> HttpResponse:
    """One ad; for its author with the talks about it and what he can do."""
    return shown(request, ad_id)


def shown(request: HttpRequest, ad_id: int, form: AnswerForm | None = None, *, status: int = 200) -> HttpResponse:
    """The page of an ad, with the form of an answer as it is."""
    by, at = resident(request), clock.now()
    card = queries.card(ad_id, by=by, at=at)
    ad = card.ad
    context = {
        "card": card,
        "ad": ad,
        "is_live": ad.is_live(at),
        "is_expired": ad.expires_at <= at and not (ad.done_at or ad.withdrawn_at),
        "may_prolong": card.is_mine and terms.may_prolong(ad, at=at),
        "may_undo": card.is_mine and _may_undo(ad, at),
        "talks": about.talks(ad.subject, by=by, at=at),
        "may_answer": not card.is_mine and ad.is_live(at) and audience.of(by, at=at).sees(ad),
        "form": form or AnswerForm.fresh(),
    }
    return render(request, "ads/ad.html", context, status=status)


def _may_undo(ad: Ad, at: object) -> bool:
    ended = [moment for moment in (ad.done_at, ad.withdrawn_at) if moment is not None]
    return bool(ended) and at - max(ended) <= terms.UNDONE_WITHIN and ad.expires_at > at  # type: ignore[operator]


@login_required
@require_http_methods(["GET", "HEAD"])
def picture(request: HttpRequest, ad_id: int, picture_id: int, size: str = "large") -> HttpResponse:
    """The bytes of a picture, to those who may see its ad."""
    found = queries.picture(ad_id, picture_id, by=resident(request), at=clock.now())
    return serving.answer(found, is_small=size == "small")


@login_required
@require_http_methods(["GET", "HEAD"])
def mine(request: HttpRequest) -> HttpResponse:
    """My ads, and how many neighbours write about each."""
    by, at = resident(request), clock.now()
    found = queries.mine(by, before=texts.number(request.GET.get("before", "")), limit=queries.MINE_LENGTH + 1)
    context = {
        "ads": [(one, one.ad.is_live(at), one.ad.expires_at <= at) for one in found[: queries.MINE_LENGTH]],
        "older": found[queries.MINE_LENGTH - 1].ad.pk if len(found) > queries.MINE_LENGTH else None,
        "sight": audience.of(by, at=at),
        "at": at,
    }
    return render(request, "ads/mine.html", context)
