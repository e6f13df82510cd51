"""The page of notifications, its settings, the browsers that show them, and the link in a mail that ends mails."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.notices import devices, queries, reading, rhythms, subscriptions
from dvor.notices.channels import push
from dvor.notices.forms import RhythmForm


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
    """What I want to be told, how and when."""
    assert request.user.pk is not None
    if request.method == "POST":
        subscriptions.choose(wanted=request.POST.getlist("wanted"), by=request.user.pk, at=clock.now())
        return _saved(request)
    return _settings(request, RhythmForm.of(rhythms.of(request.user.pk)))


@login_required
@require_POST
def rhythm(request: HttpRequest) -> HttpResponse:
    """Keep my quiet hours, and whether mails are gathered."""
    assert request.user.pk is not None
    form = RhythmForm(request.POST)
    if form.is_valid():
        try:
            rhythms.choose(**form.cleaned_data, by=request.user.pk, at=clock.now())
            return _saved(request)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    return _settings(request, form, status=422)


def _settings(request: HttpRequest, form: RhythmForm, *, status: int = 200) -> HttpResponse:
    assert request.user.pk is not None
    shown = {
        "rows": subscriptions.choices(resident_id=request.user.pk),
        "form": form,
        "tab": "preferences",
        "digest_hour": rhythms.DIGEST_HOUR,
    }
    if push.is_on():
        mine = devices.of(request.user.pk)
        shown |= {"push_key": push.public_key(), "devices": [(device, devices.mark_of(device)) for device in mine]}
    return render(request, "notices/preferences.html", shown, status=status)


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return _see_other(reverse("notification_preferences"))


@login_required
@require_POST
def device_add(request: HttpRequest) -> HttpResponse:
    """Show notifications in this browser; our script has asked it and filled the form."""
    assert request.user.pk is not None
    address = devices.Address(*(request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")))
    title = devices.title_of(request.headers.get("User-Agent", ""))
    devices.add(address, title=title, by=request.user.pk, at=clock.now())
    messages.success(request, _("This browser will show notifications."))
    return _see_other(reverse("notification_preferences"))


@login_required
@require_POST
def device_remove(request: HttpRequest, device_id: int) -> HttpResponse:
    """Show nothing more in one of my browsers."""
    assert request.user.pk is not None
    devices.remove(device_id, by=request.user.pk)
    messages.success(request, _("That browser shows no notifications any more."))
    return _see_other(reverse("notification_preferences"))


@require_http_methods(["GET", "HEAD"])
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands here, and not among the static files, because its address is its scope: it
    controls no page, it only shows what is pushed."""
    response = HttpResponse(_worker_text(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker_text() -> str:
    found = finders.find("web/js/push-worker.js")
    assert isinstance(found, str), "the service worker is missing from the static files"
    return Path(found).read_text(encoding="utf-8")


@csrf_exempt  # mail programs post here without a form of ours (RFC 8058); the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End one kind of mail or all, without signing in. GET only asks: mail scanners open every link."""
    if request.method == "POST":
        kind = subscriptions.cancel(token, every=request.POST.get("every") == "on", at=clock.now())
        return render(request, "notices/unsubscribe.html", {"kind": kind, "is_done": True})
    _resident_id, kind = subscriptions.read(token)
    return render(request, "notices/unsubscribe.html", {"kind": kind, "is_done": False})
