"""Pages for what went wrong: what happened, in plain words, and what to do next. One template, one table."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal, Text
from dvor.web.context import Shell

RETRY_SECONDS = {429: "60", 503: "5"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a status means to a person: title, what happened, what to do, and the picture beside it."""

    title: Promise
    text: Promise
    remedy: Promise
    icon: str = "warning"


TROUBLES = {
    400: Trouble(
        _("We did not understand this request"),
        _("Something in it is not as the site expects."),
        _("Go back, reload the page and try once more."),
    ),
    403: Trouble(
        _("This door is closed to you"),
        _("You may not see or do this with your account."),
        _("If you think you should, look at your flats and account type in the profile, or call the hotline."),
        "lock",
    ),
    404: Trouble(
        _("There is no such page"),
        _("Perhaps the address has a slip in it, or the page has moved away."),
        _("Start from the home page, or go back."),
        "search",
    ),
    405: Trouble(
        _("This page is not opened like that"),
        _("The address belongs to a button of another page."),
        _("Go back to the page and press the button again."),
        "back",
    ),
    409: Trouble(
        _("Somebody was faster"),
        _("While you were here, things changed."),
        _("Reload the page to see how it is now."),
        "users",
    ),
    413: Trouble(
        _("This is too large"),
        _("The file or the form is larger than we can take."),
        _("Send a smaller file, or split it in parts."),
        "upload",
    ),
    422: Trouble(
        _("This cannot be done"),
        _("Something in the request does not fit."),
        _("Go back and look at what you entered."),
    ),
    429: Trouble(
        _("Too many attempts"),
        _("We ask you for a little pause: this protects residents' accounts from guessing."),
        _("Come back in a few minutes."),
        "clock",
    ),
    500: Trouble(
        _("Something broke on our side"),
        _("It is not your fault, and nothing you entered was half saved."),
        _("Try again in a minute. If it does not help, write to us or call the hotline."),
        "lamp",
    ),
    503: Trouble(
        _("We are back in a moment"),
        _("The site is very busy or is being updated."),
        _("Try again in half a minute; nothing you entered was half saved."),
        "lamp",
    ),
}


def of_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal that no form caught: its own words under the title of its status."""
    return page(request, refusal.status, text=refusal.text, remedy=refusal.remedy)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session, or comes from another site."""
    return page(
        request,
        403,
        title=_("The form has grown old"),
        text=_("You signed in or out in another window, or the page was open for very long."),
        remedy=_("Go back, reload the page and send it again. We have not changed anything."),
        icon="clock",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Our own failure. Nothing personal is shown and nothing is asked of the database, which may be what failed."""
    status = 503 if isinstance(sys.exc_info()[1], OperationalError) else 500
    context = {"status": status, "trouble": TROUBLES[status], "city": settings.CITY, "shell": Shell(None)}
    return _finished(HttpResponse(render_to_string("web/error.html", context), status=status), status)


def page(request: HttpRequest, status: int, **words: Text) -> HttpResponse:
    """The page of a status; ``title``, ``text``, ``remedy`` and ``icon`` stand in for the usual words."""
    trouble = TROUBLES.get(status, TROUBLES[422])
    given = {name: word for name, word in words.items() if word}
    context = {"status": status, "trouble": trouble, **given}
    if getattr(request, "htmx", False):
        # A fragment was asked for: the words go to the messages at the top instead of into somebody's table row.
        response = render(request, "web/components/trouble.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML show:window:top"
        return _finished(response, status)
    return _finished(render(request, "web/error.html", context, status=status), status)


def _finished(response: HttpResponse, status: int) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    if status in RETRY_SECONDS:
        response["Retry-After"] = RETRY_SECONDS[status]
    return response
