"""Reading: the board, one ad, its pictures, my ads."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from dvor.ads import audience, queries, replies, serving, terms
from dvor.ads.forms import Filters, ReplyForm, number_of
from dvor.ads.models import Ad
from dvor.ads.views.doors import resident
from dvor.base import clock


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
        "form": ReplyForm.fresh(),
    }
    if card.is_mine:
        context["talks"] = queries.talks_about(ad, sight=audience.of(by, at=at))
    else:
        context["has_talk"] = ad.replies.filter(resident=by).exists()
        context["may_answer"] = ad.is_live(at) and audience.of(by, at=at).sees(ad)
        context["talk_resident_id"] = by.pk
    return render(request, "ads/ad.html", context)


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
    """My ads and my talks."""
    by, at = resident(request), clock.now()
    found = queries.mine(by, before=number_of(request.GET.get("before", "")), limit=queries.MINE_LENGTH + 1)
    sight = audience.of(by, at=at)
    context = {
        "ads": [(ad, ad.is_live(at), ad.expires_at <= at) for ad in found[: queries.MINE_LENGTH]],
        "older": found[queries.MINE_LENGTH - 1].pk if len(found) > queries.MINE_LENGTH else None,
        "talks": queries.talks_of(by, sight=sight),
        "sight": sight,
        "at": at,
    }
    return render(request, "ads/mine.html", context)


@login_required
@require_http_methods(["GET", "HEAD"])
def talk(request: HttpRequest, ad_id: int, resident_id: int) -> HttpResponse:
    """A talk about an ad, for the two who have it; what one reads here is read."""
    by, at = resident(request), clock.now()
    if request.method == "GET":
        replies.see(ad_id, resident_id, by=by, at=at)
    return shown_talk(request, ad_id, resident_id, ReplyForm.fresh(), status=200)


def shown_talk(request: HttpRequest, ad_id: int, resident_id: int, form: ReplyForm, *, status: int) -> HttpResponse:
    """The page of a talk with the form as it is."""
    by, at = resident(request), clock.now()
    ad, lines = queries.talk(ad_id, resident_id, by=by)
    sight = audience.of(by, at=at)
    other = ad.author if by.pk == resident_id else next((one.writer for one in lines if one.writer_id != by.pk), None)
    context = {
        "ad": ad,
        "lines": lines,
        "me": by,
        "resident_id": resident_id,
        "name": sight.name_of(ad.author, ad.house_id) if by.pk == resident_id else (other and other.first_name),
        "is_open": replies.is_open(ad, at=at),
        "form": form,
    }
    return render(request, "ads/talk.html", context, status=status)
