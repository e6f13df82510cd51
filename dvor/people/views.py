"""Pages of signing in and out, and of the profile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dvor.base import attempts, clock
from dvor.base.allowances import address_of
from dvor.base.refusals import Refusal
from dvor.people import city_id, queries, residents, sessions, sign_in, tokens
from dvor.people.models import Resident

log = structlog.get_logger()

# From one address in ten minutes: each leaves a row of a session. A mobile operator's address is shared by thousands.
BEGINNINGS_MAX = 600


# ── Signing in and out ───────────────────────────────────────────────────────────────────────────────────────────
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """One button: sign in with the city ID. ``next`` is where the resident wanted to go, if it is a page of ours."""
    onward = _onward(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    if request.method == "POST":
        return _begin(request, onward)
    return _entrance(request, onward)


@never_cache
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The city ID sends the browser here: open the session, or say on the sign-in page why not."""
    try:
        return sign_in.complete(request, at=clock.now())
    except Refusal as refusal:
        log.info("people.sign_in.refused", code=refusal.code)
        return _entrance(request, sign_in.wanted(request), refusal=refusal, status=refusal.status)
    except city_id.Unavailable as unavailable:
        return _city_id_silent(request, unavailable, sign_in.wanted(request))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out of this browser; the next sign-in here asks the city ID who it is."""
    if request.session.session_key:
        sessions.forget(request.session.session_key)
    logout(request)
    request.session[sign_in.ASK_WHO] = True
    messages.success(request, _("You have signed out."))
    return _see_other(settings.LOGOUT_REDIRECT_URL)


def _begin(request: HttpRequest, onward: str) -> HttpResponse:
    at, address = clock.now(), address_of(request.META, proxies=settings.PROXIES)
    try:
        attempts.spend(act="people.sign_in", actor=address, limit=BEGINNINGS_MAX, window=timedelta(minutes=10), at=at)
        return sign_in.begin(request, onward=onward, at=at)
    except Refusal as refusal:
        return _entrance(request, onward, refusal=refusal, status=refusal.status)
    except city_id.Unavailable as unavailable:
        return _city_id_silent(request, unavailable, onward)


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed and len(wanted) <= 1000 else settings.LOGIN_REDIRECT_URL


def _entrance(
    request: HttpRequest, onward: str, *, refusal: Refusal | None = None, silent: bool = False, status: int = 200
) -> HttpResponse:
    context = {"onward": onward, "refusal": refusal, "silent": silent}
    return render(request, "people/sign_in.html", context, status=status)


def _city_id_silent(request: HttpRequest, unavailable: city_id.Unavailable, onward: str) -> HttpResponse:
    log.warning("people.city_id.unavailable", reason=str(unavailable))
    return _entrance(request, onward, silent=True, status=503)


# ── The profile ──────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am, what my account gives, where I am signed in."""
    resident, at = _me(request), clock.now()
    context = {
        "resident": resident,
        "level": resident.account_level,
        "roles": queries.roles_of(resident) if resident.is_staff else [],
        "sessions": queries.browser_sessions(resident, current_key=request.session.session_key, at=at),
        "tokens": queries.tokens_of(resident, at=at),
        "city_id_url": settings.CITY_ID["issuer"],
        "erased_at": _erased_at(resident),
    }
    return render(request, "people/profile.html", context)


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out another browser of mine."""
    return _done(
        request, lambda: sessions.close(session_id=session_id, by=_me(request), at=clock.now()), _("Signed out there.")
    )


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    kept = request.session.session_key
    return _done(
        request,
        lambda: sessions.close_others(kept_key=kept, by=_me(request), at=clock.now()),
        _("Signed out everywhere but here."),
    )


@login_required
@require_POST
def end_app(request: HttpRequest, token_id: int) -> HttpResponse:
    """Sign out an app of mine."""
    return _done(
        request, lambda: tokens.revoke(token_id=token_id, by=_me(request), at=clock.now()), _("The app is signed out.")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: HttpRequest) -> HttpResponse:
    """What deleting the account means; asking for it; once asked, the way back."""
    resident, refusal = _me(request), None
    if request.method == "POST":
        try:
            if "understood" not in request.POST:
                raise Refusal(
                    "confirmation_missing", _("Tick the box: you have read what will happen."), field="understood"
                )
            residents.request_deletion(by=resident, at=clock.now())
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("We will delete your account. You can change your mind until then."))
            return _see_other(reverse("deletion"))
    context = {"resident": resident, "erased_at": _erased_at(resident), "refusal": refusal}
    return render(request, "people/deletion.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def withdraw_deletion(request: HttpRequest) -> HttpResponse:
    """Stay after all."""
    residents.withdraw_deletion(by=_me(request), at=clock.now())
    messages.success(request, _("Your account stays. Good to have you here."))
    return _see_other(reverse("profile"))


def _me(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "pages of the profile are behind login_required"
    return request.user


def _erased_at(resident: Resident) -> Any:
    asked_at = resident.deletion_requested_at
    return asked_at + residents.ERASED_AFTER if asked_at else None


def _done(request: HttpRequest, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return _see_other(reverse("profile"))


def _see_other(address: str) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer
