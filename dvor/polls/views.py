"""Pages of polls: the list, one poll, asking, voting, results as a table, comments."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock, texts
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.polls import access, comments, export, forms, queries, questions, results, votes
from dvor.polls.models import OPTIONS_MAX, Poll


@login_required
@require_http_methods(["GET", "HEAD"])
def polls(request: HttpRequest) -> HttpResponse:
    """What is asked in my houses: open polls, or those that are over."""
    by, at = _me(request), clock.now()
    own = access.flats(by, at=at)
    is_open = request.GET.get("over", "") != "yes"
    before = texts.number(request.GET.get("before", ""))
    found = queries.polls(own, by=by, at=at, is_open=is_open, before=before, limit=queries.PAGE_LENGTH + 1)
    shown = found[: queries.PAGE_LENGTH]
    context = {
        "polls": shown,
        "is_open": is_open,
        "older": shown[-1].pk if len(found) > len(shown) else None,
        "has_flat": bool(own),
        "has_many": len({flat.house_id for flat in own}) > 1,
    }
    return render(request, "polls/polls.html", context)


# ── Asking: the form, its preview, the act ───────────────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Write a poll, look at it as neighbours will, open it."""
    by, at = _me(request), clock.now()
    own = access.flats(by, at=at)
    if not own:
        return render(request, "polls/ask.html", {"has_flat": False}, status=200 if request.method != "POST" else 403)
    if request.method != "POST":
        return _asking(request, forms.Question(own=own, initial={"key": str(uuid4())}))
    form = forms.Question(request.POST, own=own)
    step = request.POST.get("step", "preview")
    if not form.is_valid():
        return _asking(request, form, status=422)
    try:
        if step == "open":
            opened = questions.ask(form.draft(), key=form.cleaned_data["key"], by=by, at=at)
            messages.success(request, _("The poll is open: it stands in the feed of the house."))
            return _see_other(reverse("poll", args=[opened.pk]))
        draft = questions.fitted(form.draft(), at=at)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(refusal)
        return _asking(request, form, status=refusal.status)
    if step == "edit":
        return _asking(request, form)
    preview = Poll(kind=draft.kind, options=list(draft.options), choices_min=draft.choices_min,
                   choices_max=draft.choices_max, question=draft.question, details=draft.details,
                   anonymous=draft.anonymous, results=draft.results, owners_only=draft.owners_only,
                   closes_at=draft.closes_at)  # fmt: skip
    audience = dict(forms.AUDIENCES)[form.cleaned_data["audience"]]
    return _asking(request, form, preview=preview, audience=audience, **_inputs(preview))


def _asking(request: HttpRequest, form: forms.Question, *, status: int = 200, **shown: Any) -> HttpResponse:
    return render(request, "polls/ask.html", {"has_flat": True, "form": form, **shown}, status=status)


# ── One poll ─────────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def poll(request: HttpRequest, poll_id: int) -> HttpResponse:
    """One poll: to answer, or its result; what neighbours say of it."""
    return _poll(request, poll_id)


@login_required
@never_cache
@require_POST
def vote(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Vote, or change a named vote. What was chosen is in no address and in no message."""
    by, at = _me(request), clock.now()
    sheet = queries.sheet(poll_id, by=by, at=at)
    try:
        receipt = votes.cast(poll_id, forms.choice(sheet.poll, request.POST), by=by, at=at)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _poll(request, poll_id, status=refusal.status, refusal=refusal)
    messages.success(request, _("Your vote is counted.") if receipt.is_new else _("Your answer is changed."))
    return _see_other(reverse("poll", args=[poll_id]))


def _poll(request: HttpRequest, poll_id: int, *, status: int = 200, **shown: Any) -> HttpResponse:
    by, at = _me(request), clock.now()
    sheet = queries.sheet(poll_id, by=by, at=at)
    asked = sheet.poll
    said = list(queries.comments(asked, by=by, before=texts.number(request.GET.get("before", "")),
                                 limit=queries.COMMENTS_SHOWN + 1))  # fmt: skip
    context = {
        "sheet": sheet,
        "poll": asked,
        "is_author": asked.author_id == by.pk,
        "comments": said[: queries.COMMENTS_SHOWN],
        "older": said[queries.COMMENTS_SHOWN - 1].pk if len(said) > queries.COMMENTS_SHOWN else None,
        "names": export.named(asked, limit=queries.NAMES_SHOWN) if sheet.tally and not asked.anonymous else [],
        "names_more": asked.votes > queries.NAMES_SHOWN,
        "words": forms.Words(initial={"key": str(uuid4())}),
        "few": results.FEW,
        "me": by.pk,
        **_inputs(asked, sheet.ballot.choice if sheet.ballot else ()),
    }
    return render(request, "polls/poll.html", {**context, **shown}, status=status)


def _inputs(asked: Poll, chosen: Any = ()) -> dict[str, Any]:
    """Options with what was chosen before, for the form."""
    places = {number: place for place, number in enumerate(chosen, start=1)}
    return {
        "inputs": [
            (number, text, places.get(number, 0)) for number, text in enumerate(asked.options[:OPTIONS_MAX], start=1)
        ],
        "places": range(1, len(asked.options) + 1),
    }


@login_required
@require_POST
def close(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Close one's own poll."""
    questions.close(poll_id, by=_me(request), at=clock.now())
    messages.success(request, _("The poll is closed, its result is there."))
    return _see_other(reverse("poll", args=[poll_id]))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def table(request: HttpRequest, poll_id: int) -> HttpResponse:
    """The result as a table for spreadsheets; nothing that the page does not show."""
    sheet = queries.sheet(poll_id, by=_me(request), at=clock.now())
    response = HttpResponse(export.lines(sheet), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="poll-{sheet.poll.pk}.csv"'
    return response


# ── Comments ─────────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@require_POST
def comment(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Say something of a poll."""
    words = forms.Words(request.POST)
    if not words.is_valid():
        return _poll(request, poll_id, status=422, words=words)
    try:
        written = comments.write(poll_id, words.cleaned_data["text"], key=words.cleaned_data["key"], by=_me(request),
                                 at=clock.now())  # fmt: skip
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        words.add_error(refusal.field if refusal.field in words.fields else None, str(refusal))
        return _poll(request, poll_id, status=refusal.status, words=words)
    return _see_other(f"{reverse('poll', args=[poll_id])}#comment-{written.pk}")


@login_required
@require_POST
def withdraw(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Take one's own comment back."""
    taken = comments.withdraw(comment_id, by=_me(request), at=clock.now())
    messages.success(request, _("Your comment is gone."))
    return _see_other(f"{reverse('poll', args=[taken.poll_id])}#comments")


def _me(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "login_required stands before"
    return request.user


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
