"""Reading: my chats, one chat, what is new in it, one message, its pictures, whom I have blocked."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dvor.base import clock, pictures, texts
from dvor.chats import access, queries, refusals, rooms, seats
from dvor.chats import news as news_of
from dvor.chats.views import rows
from dvor.chats.views.doors import resident, see_other, shown, zone_of


@login_required
@require_safe
def chats(request: HttpRequest) -> HttpResponse:
    """The chats of my houses and my talks, the newest first."""
    by, at = resident(request), clock.now()
    sight = access.of(by, at=at)
    rooms.open_houses(sight.houses, at=at)
    before, zone = _place(request.GET.get("before", "")), zone_of(None, sight)
    cards = queries.cards(sight, before=before, limit=queries.LIST_LENGTH + 1, at=at)
    is_more, cards = len(cards) > queries.LIST_LENGTH, cards[: queries.LIST_LENGTH]
    context = {
        "cards": cards,
        "older": cards[-1].place if is_more else None,
        "is_first_page": before is None,
        "may_chat": bool(sight.houses),
        "at": at,
        "zone": zone,
    }
    return render(request, "chats/chats.html", context)


def _place(text: str) -> int | None:
    """A place in the list; chats of houses have theirs below zero."""
    number = texts.number(text.removeprefix("-"))
    return -number if number and text.startswith("-") else number


@login_required
@never_cache
@require_safe
def chat(request: HttpRequest, chat_id: int) -> HttpResponse:
    """One chat."""
    return shown(request, chat_id)


@login_required
@never_cache
@require_http_methods(["GET"])
def news(request: HttpRequest, chat_id: int) -> HttpResponse:
    """What happened since a revision, as soon as something does: pieces for the open page, and the next question.

    The page tells how far it has come, and its first and last message: what it shows already comes in its place.
    """
    by = resident(request)
    after, first, last = (texts.number(request.GET.get(name, "")) or 0 for name in ("after", "first", "last"))
    told = news_of.wait(chat_id, after=after, by=by, now=clock.now)
    if told.lines:
        seats.see(told.chat, told.lines[-1].message.pk, by=by)
    zone, fresh = zone_of(told.chat, told.sight), [line for line in told.lines if line.message.pk > last]
    above = told.chat.messages.filter(pk=last).first() if fresh else None
    context = {
        "chat": told.chat,
        "after": told.after,
        "pause": told.pause,
        "fresh": rows.of(fresh, zone=zone, after=above),
        "changed": [rows.Row(line) for line in told.lines if first <= line.message.pk <= last],
        "first": first,
        "last": max([last, *(line.message.pk for line in fresh)]),
        "zone": zone,
    }
    return render(request, "chats/_news.html", context)


@login_required
@require_safe
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message: in its chat for those who are there, alone for the moderator of its case."""
    by, at = resident(request), clock.now()
    line = queries.line(message_id, by=by, at=at)
    if access.is_mine(line.message.chat, access.of(by, at=at)):
        before = f"?before={line.message.pk + queries.PAGE_LENGTH}"
        return see_other(f"{reverse('chat', args=[line.message.chat_id])}{before}#message-{line.message.pk}")
    return render(request, "chats/message.html", {"line": line, "message": line.message})


@login_required
@require_safe
def picture(request: HttpRequest, message_id: int, position: int, size: str = "large") -> HttpResponse:
    """The bytes of a picture, to those who may see its message."""
    found = queries.picture(message_id, position, by=resident(request), at=clock.now())
    answer = pictures.answer(found.small if size == "small" else found.large)
    if answer is None:
        raise refusals.picture_unknown()
    return answer


@login_required
@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom I have blocked."""
    blocks = [(access.name_of(one.blocked, is_near=False), one) for one in queries.blocked(resident(request))]
    return render(request, "chats/blocked.html", {"blocks": blocks})
