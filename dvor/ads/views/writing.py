"""Writing: post, edit, pictures, the ends of an ad, answers."""

from __future__ import annotations

from collections.abc import Callable

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dvor.ads import ads, album, answers, audience, endings
from dvor.ads.forms import AdForm, AnswerForm, PicturesForm, category_of, order_of
from dvor.ads.models import PICTURES_MAX, Ad
from dvor.ads.views.board import shown
from dvor.ads.views.doors import resident, see_other
from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.points.awards import Award

FIELDS = {"starts_at": "starts_on"}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First what kind of ad, then the ad with its pictures, in one form."""
    by, at = resident(request), clock.now()
    sight = audience.of(by, at=at)
    number = category_of(request.GET)
    if number is None or not sight.posting:
        return render(request, "ads/choose.html", {"categories": Ad.Category, "sight": sight})
    category = Ad.Category(number)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AdForm(*posted, category=category, sight=sight)
    if request.method == "POST" and form.is_valid():
        try:
            ad, award = ads.post(
                form.draft(), house_id=form.house_id, by=by, at=at, key=form.cleaned_data["key"],
                uploads=form.cleaned_data["pictures"],
            )  # fmt: skip
        except Refusal as refusal:
            _add_error(form, refusal)
        else:
            _say_posted(request, ad, award)
            return see_other(reverse("ad", args=[ad.pk]))
    context = {"form": form, "category": category, "sight": sight, "had_files": bool(request.FILES)}
    return render(request, "ads/form.html", context, status=422 if form.is_bound else 200)


def _say_posted(request: HttpRequest, ad: Ad, award: Award | None) -> None:
    if ad.hidden_at is not None:
        messages.warning(request, _("A moderator looks at the ad before your neighbours do. We will tell you."))
        return
    text = _("The ad is on the board.")
    if award is not None and award.points and not award.duplicate:
        earned = ngettext("+%(count)s point for your first ad.", "+%(count)s points for your first ad.", award.points)
        text += " " + earned % {"count": award.points}
    messages.success(request, text)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, ad_id: int) -> HttpResponse:
    """Other words for my ad."""
    by, at = resident(request), clock.now()
    ad = ads.mine(ad_id, by)
    sight = audience.of(by, at=at)
    posted = request.POST if request.method == "POST" else None
    form = AdForm(posted, category=ad.sort, sight=sight, ad=ad, initial=AdForm.initial_of(ad))
    if request.method == "POST" and form.is_valid():
        try:
            changed = ads.edit(form.draft(), ad_id=ad.pk, by=by, at=at)
        except Refusal as refusal:
            _add_error(form, refusal)
        else:
            if changed.hidden_at is None:
                messages.success(request, _("The ad is changed."))
            else:
                messages.warning(request, _("A moderator looks at the ad before your neighbours do. We will tell you."))
            return see_other(reverse("ad", args=[ad.pk]))
    context = {"form": form, "category": ad.sort, "ad": ad, "sight": sight}
    return render(request, "ads/form.html", context, status=422 if form.is_bound else 200)


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pictures(request: HttpRequest, ad_id: int) -> HttpResponse:
    """The album of my ad: more pictures, their order, what they show; each button is one act."""
    by, at = resident(request), clock.now()
    ad = ads.mine(ad_id, by)
    form = PicturesForm()
    if request.method == "POST":
        here = reverse("ad_pictures", args=[ad.pk])
        if "remove" in request.POST:
            number = request.POST["remove"]
            album.remove(int(number) if number.isdigit() and len(number) < 19 else 0, ad_id=ad.pk, by=by, at=at)
            messages.success(request, _("The picture is removed."))
            return see_other(here)
        if "arrange" in request.POST:
            album.arrange(order_of(request.POST), ad_id=ad.pk, by=by, at=at)
            messages.success(request, _("Saved."))
            return see_other(reverse("ad", args=[ad.pk]))
        form = PicturesForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                album.add(form.cleaned_data["pictures"], ad_id=ad.pk, by=by, at=at)
            except Refusal as refusal:
                _add_error(form, refusal)
            else:
                return see_other(here)
    hanging = list(ad.pictures.all())
    context = {
        "ad": ad,
        "form": form,
        "pictures": hanging,
        "places": range(1, len(hanging) + 1),
        "is_full": len(hanging) >= PICTURES_MAX,
    }
    return render(request, "ads/pictures.html", context, status=422 if form.is_bound else 200)


# ── Ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _ending(act: Callable[..., Ad], said: Callable[[], str]) -> Callable[[HttpRequest, int], HttpResponse]:
    """A button that ends an ad, or undoes that."""

    @login_required
    @require_POST
    def press(request: HttpRequest, ad_id: int) -> HttpResponse:
        try:
            act(ad_id=ad_id, by=resident(request), at=clock.now())
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            messages.error(request, str(refusal))
        else:
            messages.success(request, said())
        return see_other(reverse("ad", args=[ad_id]))

    return press


finish = _ending(endings.finish, lambda: _("Done: neighbours see that it is settled."))
withdraw = _ending(endings.withdraw, lambda: _("The ad is off the board. You can bring it back within a day."))
bring_back = _ending(endings.bring_back, lambda: _("The ad is on the board again."))
prolong = _ending(endings.prolong, lambda: _("The ad stays longer."))


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@require_POST
def answer(request: HttpRequest, ad_id: int) -> HttpResponse:
    """A word to the author; the talk goes on in its chat."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            sent = answers.send(told["text"], ad_id=ad_id, by=resident(request), at=clock.now(), key=told["key"])
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            _add_error(form, refusal)
        else:
            if sent.hidden_at is not None:
                messages.warning(request, _("A moderator looks at the message before your neighbours do."))
            return see_other(f"{reverse('chat', args=[sent.chat_id])}#message-{sent.pk}")
    return shown(request, ad_id, form, status=422)


def _add_error(form: django_forms.Form, refusal: Refusal) -> None:
    field = FIELDS.get(refusal.field, refusal.field)
    field = "pictures" if field == "picture" else field
    form.add_error(field if field in form.fields else None, str(refusal))
