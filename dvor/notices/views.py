"""The page of notifications, its settings, and the link in a mail that ends one kind of mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock
from dvor.notices import queries, reading, subscriptions


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


@login_required
@require_http_methods(["GET", "HEAD"])
def notifications(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first, by day."""
    assert request.user.pk is not None
    before = request.GET.get("before", "")
    page = queries.page(
        request.user.pk,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        language=request.LANGUAGE_CODE,
    )
    return render(request, "notices/notifications.html", {"days": page.days, "older": page.older, "tab": "list"})


@login_required
@require_POST
def read_one(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one notice read and go on to what it speaks of."""
    assert request.user.pk is not None
    notice = reading.mark_one(notice_id, by=request.user.pk, at=clock.now())
    wants_to_go = request.POST.get("go") == "on" and notice.url
    return _see_other(notice.url if wants_to_go else reverse("notifications"))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    assert request.user.pk is not None
    reading.mark_all(by=request.user.pk, at=clock.now())
    return _see_other(reverse("notifications"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """What I want to be told, and how."""
    assert request.user.pk is not None
    if request.method == "POST":
        subscriptions.choose(wanted=request.POST.getlist("wanted"), by=request.user.pk, at=clock.now())
        messages.success(request, _("Saved."))
        return _see_other(reverse("notification_preferences"))
    rows = subscriptions.choices(resident_id=request.user.pk)
    return render(request, "notices/preferences.html", {"rows": rows, "tab": "preferences"})


@csrf_exempt  # mail programs post here without a form of ours (RFC 8058); the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End one kind of mail, without signing in. GET only asks: mail scanners open every link."""
    if request.method == "POST":
        kind = subscriptions.cancel(token, at=clock.now())
        return render(request, "notices/unsubscribe.html", {"kind": kind, "is_done": True})
    _resident_id, kind = subscriptions.read(token)
    return render(request, "notices/unsubscribe.html", {"kind": kind, "is_done": False})
