"""What the pages of chats share: who asks, where a write leads, and the page of one chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dvor.base import clock, texts
from dvor.base.refusals import Refusal
from dvor.chats import access, blocks, messages, queries, seats, topics
from dvor.chats.forms import MessageForm
from dvor.chats.models import Chat, Seat
from dvor.chats.queries import Line
from dvor.chats.views import rows
from dvor.people.models import Resident


def resident(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident)
    return request.user


def see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def shown(request: HttpRequest, chat_id: int, form: MessageForm | None = None, *, status: int = 200) -> HttpResponse:
    """The page of a chat, the last messages at its end; what one reads here is read."""
    by, at = resident(request), clock.now()
    chat, sight = access.reach(chat_id, by=by, at=at)
    before = texts.number(request.GET.get("before", ""))
    lines = queries.lines(chat, sight, before=before, limit=queries.PAGE_LENGTH + 1, at=at)
    is_more, lines = len(lines) > queries.PAGE_LENGTH, lines[-queries.PAGE_LENGTH :]
    seat = Seat.objects.filter(chat=chat, resident=by).first()
    if request.method != "HEAD" and before is None:
        seats.see(chat, chat.last_id, by=by)
    zone, first_new_id = zone_of(chat, sight), _first_new(lines, seat)
    topic = topics.of(chat.topic, at=at)
    wanted = form.quoted_id if form else texts.number(request.GET.get("answer", ""))
    answer = answered(chat, wanted, lines, by=by, at=at)
    context = {
        "chat": chat,
        "name": queries.name(chat, sight, at=at),
        "topic": topic,
        "rows": rows.of(lines, zone=zone, first_new_id=first_new_id),
        "first": lines[0].message.pk if lines else 0,
        "last": lines[-1].message.pk if lines else 0,
        "older": lines[0].message.pk if is_more else None,
        "is_last_page": before is None,
        "is_muted": seat is not None and seat.is_muted,
        "is_blocked": chat.is_talk and chat.other_id(by.pk) in blocks.of(by.pk),
        "other_id": chat.other_id(by.pk) if chat.is_talk else None,
        "is_open": messages.is_open(chat, topic),
        "answered": answer,
        "form": form or MessageForm.fresh(answer.message.pk if answer else None),
        "zone": zone,
    }
    return render(request, "chats/chat.html", context, status=status)


def answered(
    chat: Chat, message_id: int | None, lines: Sequence[Line] = (), *, by: Resident, at: datetime
) -> Line | None:
    """The message of this chat that is being answered, if one may be; no query when it is on the page."""
    if message_id is None:
        return None
    found = next((line for line in lines if line.message.pk == message_id), None)
    if found is None:
        try:
            found = queries.line(message_id, by=by, at=at)
        except Refusal:
            return None
    return found if found.is_shown and found.message.chat_id == chat.pk else None


def zone_of(chat: Chat | None, sight: access.Sight) -> str:
    """The time zone of what is shown: that of the chat's house, or of one of the reader's; empty is the city's."""
    house = chat.house if chat is not None and chat.house else next(iter(sight.houses.values()), None)
    return house.time_zone if house else ""


def _first_new(lines: list[Line], seat: Seat | None) -> int | None:
    """The message above which stands «new»; nothing for who has never been here, or has read it all."""
    if seat is None or not seat.seen_id:
        return None
    return next((one.message.pk for one in lines if one.message.pk > seat.seen_id and not one.is_mine), None)
