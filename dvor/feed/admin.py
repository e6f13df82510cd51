"""The console's news and outages: written, looked at with the number of those whom they reach, then published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from dvor.base import clock
from dvor.base.console import ReadOnlyAdmin, operator_action, site
from dvor.base.refusals import Refusal
from dvor.feed import entries, news, outage_cards, outages, reach, rights
from dvor.feed.models import Entry, News, Outage, Written
from dvor.feed.operator_forms import (
    AddressedForm,
    CorrectionForm,
    NewsForm,
    OutageForm,
    TimesForm,
    times_of,
    within,
)
from dvor.people.models import Resident


class _Written(ReadOnlyAdmin):
    """What both lists share: a company sees its own, the city everything."""

    roles = rights.WRITERS
    organisation_path = "company"
    list_select_related = ("company",)
    ordering = ("-pk",)

    @admin.display(description=_("out of the feed since"))
    def gone(self, written: Written) -> datetime | None:
        return written.withdrawn_at

    @admin.display(description=_("why out of the feed"))
    def why(self, written: Written) -> str:
        return written.withdrawn_reason

    @admin.display(description=_("number of houses"))
    def houses(self, written: Written) -> int:
        return len(written.house_ids)


@admin.register(News, site=site)
class NewsAdmin(_Written):
    """News of the city and of companies."""

    list_display = ("title", "company", "houses", "written_at", "gone")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter),)
    search_fields = ("title",)
    fields = ("title", "body", "company", "audience", "district", "houses", "told", "written_at", "changed_at",
              "gone", "why")  # fmt: skip
    readonly_fields = fields
    actions = ("correct", "withdraw")

    @operator_action(
        title=_("Correct the text"),
        roles=rights.WRITERS,
        form=CorrectionForm,
        when=lambda piece: piece.withdrawn_at is None,
        like=lambda piece: {"title": piece.title, "body": piece.body},
    )
    def correct(self, piece: News, *, by: Resident, at: datetime, reason: str, **filled: str) -> None:
        news.correct(piece.pk, news.Draft(**filled), by=by, at=at, reason=reason)  # type: ignore[arg-type]

    @operator_action(title=_("Withdraw the news"), roles=rights.WRITERS, when=lambda piece: piece.withdrawn_at is None)
    def withdraw(self, piece: News, *, by: Resident, at: datetime, reason: str) -> None:
        news.withdraw(piece.pk, by=by, at=at, reason=reason)


@admin.register(Outage, site=site)
class OutageAdmin(_Written):
    """Outages, the last announced first."""

    list_display = ("what", "state", "starts", "ends", "company", "houses")
    list_filter = ("emergency", "service")
    fields = ("what", "state", "starts", "ends", "details", "company", "audience", "district", "houses", "entrances",
              "written_at", "changed_at", "gone", "why")  # fmt: skip
    readonly_fields = fields
    actions = ("change", "end", "cancel")

    def named(self, row: Any) -> str:
        return f"{outage_cards.title(row)}, {self.starts(row)}"

    @admin.display(description=pgettext_lazy("outage", "what"))
    def what(self, outage: Outage) -> str:
        return outage_cards.title(outage)

    @admin.display(description=_("state"))
    def state(self, outage: Outage) -> str:
        return str(outage_cards.state_of(outage, clock.now()).label)

    @admin.display(description=pgettext_lazy("outage", "from"), ordering="starts_at")
    def starts(self, outage: Outage) -> str:
        return outage_cards.moment(outage.starts_at, outage.zone)

    @admin.display(description=pgettext_lazy("outage", "to"), ordering="ends_at")
    def ends(self, outage: Outage) -> str:
        return outage_cards.moment(outage.ends_at, outage.zone) if outage.ends_at else str(_("not known yet"))

    @operator_action(
        title=_("Change times or details"),
        roles=rights.WRITERS,
        form=TimesForm,
        when=lambda outage: outage.withdrawn_at is None,
        like=times_of,
    )
    def change(self, outage: Outage, *, by: Resident, at: datetime, reason: str, **filled: Any) -> None:
        ends = within(filled["ends"], outage.zone) if filled["ends"] else None
        times = outages.Times(within(filled["starts"], outage.zone), ends, filled["details"])
        outages.change(outage.pk, times, by=by, at=at, reason=reason)

    @operator_action(title=_("It is over"), roles=rights.WRITERS, when=lambda outage: outage.withdrawn_at is None)
    def end(self, outage: Outage, *, by: Resident, at: datetime, reason: str) -> None:
        outages.end(outage.pk, by=by, at=at, reason=reason)

    @operator_action(
        title=_("Cancel: it will not take place"), roles=rights.WRITERS, when=lambda outage: outage.withdrawn_at is None
    )
    def cancel(self, outage: Outage, *, by: Resident, at: datetime, reason: str) -> None:
        outages.cancel(outage.pk, by=by, at=at, reason=reason)


@admin.register(Entry, site=site)
class EntryAdmin(ReadOnlyAdmin):
    """Cards that are hidden; any other by its subject or number."""

    roles = rights.MODERATORS
    list_display = ("title", "kind", "subject", "house", "published_at", "hidden_at")
    list_select_related = ("house",)
    search_fields = ("subject",)  # only shows the field; get_search_results does the search
    search_help_text = _("Subject, such as ad:17, or number of the card")
    fields = ("title", "excerpt", "kind", "subject", "house", "entrance", "url", "published_at", "until",
              "withdrawn_at", "hidden_at")  # fmt: skip
    readonly_fields = fields
    ordering = ("-pk",)
    actions = ("hide", "show")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        if typed.isascii() and typed.isdigit() and len(typed) < 19:
            return queryset.filter(pk=int(typed)), False
        return (queryset.filter(subject=typed) if typed else queryset.filter(hidden_at__isnull=False)), False

    @operator_action(
        title=_("Hide the card"), roles=rights.MODERATORS, act="feed.entry.hidden",
        when=lambda entry: entry.hidden_at is None,
    )  # fmt: skip
    def hide(self, entry: Entry, *, by: Resident, at: datetime, reason: str) -> None:
        entries.hide([entry.subject], at=at)

    @operator_action(
        title=_("Show the card again"), roles=rights.MODERATORS, act="feed.entry.restored",
        when=lambda entry: entry.hidden_at is not None,
    )  # fmt: skip
    def show(self, entry: Entry, *, by: Resident, at: datetime, reason: str) -> None:
        entries.restore([entry.subject], at=at)


# ── Writing: fill in, look at it, publish ────────────────────────────────────────────────────────────────────────
@site.page("feed/news/new/", title=_("New piece of news"), roles=rights.WRITERS, icon="campaign")
@require_http_methods(["GET", "HEAD", "POST"])
def feed_news_new(request: HttpRequest) -> HttpResponse:
    """Write news; first it shows the card and how many read it, then it publishes."""

    def look(form: NewsForm) -> dict[str, Any]:
        whom = form.whom()
        rights.refuse_stranger(_operator(request), whom.company, whom.audience)
        found = reach.houses(whom)
        draft = form.draft()
        shown = (draft.title, entries.plain(draft.body, 300))
        return {"card": shown, "counts": reach.count(found), "tells": draft.tell}

    def publish(form: NewsForm) -> Any:
        return news.publish(
            form.draft(), form.whom(), key=form.cleaned_data["key"], by=_operator(request), at=clock.now()
        )

    return _write(request, NewsForm, look, publish, title=_("New piece of news"), leads_to="feed_news")


@site.page("feed/outages/new/", title=_("New outage"), roles=rights.WRITERS, icon="power_off")
@require_http_methods(["GET", "HEAD", "POST"])
def feed_outage_new(request: HttpRequest) -> HttpResponse:
    """Announce an outage; first it shows the card and how many are told, then it publishes."""

    def look(form: OutageForm) -> dict[str, Any]:
        whom = form.whom(entrances=form.cleaned_data["entrances"])
        rights.refuse_stranger(_operator(request), whom.company, whom.audience)
        found = reach.houses(whom)
        draft = form.draft(reach.zone(found))
        details = outages.checked(draft, at=clock.now())
        sample = Outage(
            service=draft.service, emergency=draft.emergency, starts_at=draft.starts_at, ends_at=draft.ends_at,
            details=details, entrances=list(whom.entrances), zone=found[0].time_zone,
        )  # fmt: skip
        shown = outage_cards.words(sample, language="ru")
        return {"card": shown, "counts": reach.count(found, whom.entrances), "tells": True}

    def publish(form: OutageForm) -> Any:
        whom = form.whom(entrances=form.cleaned_data["entrances"])
        zone = reach.zone(reach.houses(whom))
        return outages.announce(
            form.draft(zone), whom, key=form.cleaned_data["key"], by=_operator(request), at=clock.now()
        )

    return _write(request, OutageForm, look, publish, title=_("New outage"), leads_to="feed_outage")


def _write(
    request: HttpRequest, form_of: type[AddressedForm], look: Callable[[Any], dict[str, Any]],
    publish: Callable[[Any], Any], *, title: Any, leads_to: str,
) -> HttpResponse:  # fmt: skip
    """Two steps with one form: what was filled in is shown, and published when the operator says so."""
    form = form_of(request.POST or None, request=request)
    context: dict[str, Any] = {"title": title, "form": form}
    step = request.POST.get("step", "look")
    if form.is_bound and step != "edit" and form.is_valid():
        try:
            if step == "publish":
                made = publish(form)
                messages.success(request, _("Published."))
                return HttpResponseRedirect(reverse(f"admin:{leads_to}_change", args=[made.pk]))
            return site.render(request, "feed/console/look.html", {**context, **look(form)})
        except Refusal as refusal:
            form.add_error(_field_of(form, refusal), str(refusal))
    refused = form.is_bound and step != "edit"
    return site.render(request, "feed/console/form.html", context, 422 if refused else 200)


def _field_of(form: AddressedForm, refusal: Refusal) -> str | None:
    name = {"starts_at": "starts", "ends_at": "ends"}.get(refusal.field, refusal.field)
    return name if name in form.fields else None


def _operator(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "pages of the console are for residents with a role"
    return request.user
