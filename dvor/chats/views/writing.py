"""Writing: send, take back, mute, begin a private talk, block and unblock."""

from __future__ import annotations

from django.contrib import messages as flashes
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from dvor.base import clock, texts
from dvor.base.refusals import Refusal
from dvor.chats import access, blocks, messages, rooms, seats
from dvor.chats.forms import MessageForm
from dvor.chats.views.doors import answered, resident, see_other, shown


@login_required
@never_cache
@require_POST
def send(request: HttpRequest, chat_id: int) -> HttpResponse:
    """A message. An open page gets an empty form back and learns of the message as of all others."""
    by, at = resident(request), clock.now()
    is_live = request.headers.get("HX-Request") == "true"
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            sent = messages.send(form.draft(), chat_id=chat_id, by=by, at=at, key=form.cleaned_data["key"])
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            if sent.hidden_at is not None:
                flashes.warning(request, _("A moderator looks at the message before your neighbours do."))
            if not is_live:
                return see_other(f"{reverse('chat', args=[chat_id])}#message-{sent.pk}")
            form = MessageForm.fresh()
    if is_live:
        chat, _sight = access.reach(chat_id, by=by, at=at)
        context = {
            "chat": chat,
            "form": form,
            "is_live": True,
            "answered": answered(chat, form.quoted_id, by=by, at=at),
        }
        return render(request, "chats/_write.html", context, status=422 if form.errors else 200)
    return shown(request, chat_id, form, status=422)


@login_required
@require_POST
def remove(request: HttpRequest, message_id: int) -> HttpResponse:
    """Take my message back."""
    removed = messages.remove(message_id, by=resident(request), at=clock.now())
    flashes.success(request, _("Your message is removed."))
    return see_other(f"{reverse('chat', args=[removed.chat_id])}#message-{removed.pk}")


@login_required
@require_POST
def mute(request: HttpRequest, chat_id: int) -> HttpResponse:
    """A chat rings no more, or again."""
    is_muted = request.POST.get("muted") == "yes"
    seats.mute(chat_id, is_muted=is_muted, by=resident(request), at=clock.now())
    flashes.success(request, _("This chat is silent now.") if is_muted else _("This chat rings again."))
    return see_other(reverse("chat", args=[chat_id]))


@login_required
@require_POST
def begin(request: HttpRequest, message_id: int) -> HttpResponse:
    """A private talk with the writer of a message."""
    try:
        chat = rooms.begin(message_id, by=resident(request), at=clock.now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        flashes.error(request, str(refusal))
        return see_other(reverse("chat_message", args=[message_id]))
    return see_other(reverse("chat", args=[chat.pk]))


@login_required
@require_POST
def block(request: HttpRequest, message_id: int) -> HttpResponse:
    """Hear nothing more of the writer of a message."""
    blocked = blocks.block(message_id, by=resident(request), at=clock.now())
    name = access.name_of(blocked, is_near=False)
    flashes.success(request, _("%(name)s is blocked: you see no more messages of this neighbour.") % {"name": name})
    return see_other(reverse("chats_blocked"))


@login_required
@require_POST
def unblock(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Hear of a neighbour again; pressed in a talk, it leads back there."""
    blocks.unblock(resident_id, by=resident(request))
    flashes.success(request, _("The neighbour is not blocked any more."))
    chat_id = texts.number(request.POST.get("chat", ""))
    return see_other(reverse("chat", args=[chat_id]) if chat_id else reverse("chats_blocked"))
