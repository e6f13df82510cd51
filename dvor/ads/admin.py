"""The console's notice board: what a case of moderation or a call to the hotline needs, and nothing of private answers.

Who wrote an ad is masked; only a city operator reads the number of a resident and finds ads by it. What is wrong with
an ad is decided on its case.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dvor.ads import queries
from dvor.ads.models import Ad
from dvor.base import clock, money
from dvor.base.console import site
from dvor.base.refusals import Text
from dvor.moderation.admin.authored import CITY_OPERATOR, MODERATORS, AuthoredAdmin
from dvor.moderation.models import Case
from dvor.people.models import Resident


class OnTheBoard(admin.SimpleListFilter):
    """How an ad stands today."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("live", _("on the board")), ("hidden", _("hidden by a moderator")), ("over", _("not on the board"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ad]) -> QuerySet[Ad]:
        shown = Q(done_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=clock.now())
        return {
            "live": queryset.filter(shown, hidden_at__isnull=True),
            "hidden": queryset.filter(hidden_at__isnull=False),
            "over": queryset.filter(~shown, hidden_at__isnull=True),
        }.get(self.value() or "", queryset)


@admin.register(Ad, site=site)
class AdAdmin(AuthoredAdmin):
    """Ads, newest first; found by their number or by words of them, by a city operator by their author's number too."""

    list_display = ("id", "title", "category", "state", "house", "published_at", "author_masked")
    list_filter = (OnTheBoard, "category")
    search_help_text = _("Number of the ad, or words of it")
    fields = ("title", "text", "category", "price", "starts_at", "place", "pictures_shown", "state", "house", "reach",
              "published_at", "edited_at", "expires_at", "page", "author_masked")  # fmt: skip
    readonly_fields = (*fields, "author_number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ad]:
        found: QuerySet[Ad] = super().get_queryset(request)
        return found.defer("search")

    def worded(self, queryset: QuerySet[Any], typed: str) -> QuerySet[Any]:
        return queryset.filter(search=queries.searched(typed))

    @admin.display(description=_("state"))
    def state(self, ad: Ad) -> Text:
        if ad.hidden_at:
            return _("hidden by a moderator")
        if ad.withdrawn_at:
            return pgettext_lazy("ad", "taken off")
        if ad.done_at:
            return pgettext_lazy("ad", "settled")
        return _("on the board") if ad.is_live(clock.now()) else _("its days are over")

    @admin.display(description=_("price"))
    def price(self, ad: Ad) -> str:
        return "—" if ad.price_kopecks is None else money.show(ad.price_kopecks)

    @admin.display(description=_("pictures"))
    def pictures_shown(self, ad: Ad) -> str:
        """Links, opened only by who wants to see them."""
        rows = [
            (reverse("ad_picture", args=[ad.pk, picture.pk]), picture.alt or f"{picture.width} × {picture.height}")
            for picture in ad.pictures.all()
        ]
        link = '<p><a class="underline" href="{}" target="_blank" rel="noopener">{}</a></p>'
        return format_html_join("", link, rows) or "—"

    @admin.display(description=_("page"))
    def page(self, ad: Ad) -> str:
        return format_html_join("", '<a class="underline" href="{0}">{0}</a>', [(reverse("ad", args=[ad.pk]),)])


@site.link("ads.ad", title=_("Cases of moderation"), roles=MODERATORS)
def cases_of_ad(ad: Ad) -> str:
    return reverse("admin:moderation_case_changelist", query={"q": ad.subject})


@site.link("moderation.case", title=_("The ad"), roles=MODERATORS)
def ad_of_case(case: Case) -> str:
    known = case.kind == "ad" and Ad.objects.filter(pk=case.content_id).exists()
    return reverse("admin:ads_ad_change", args=[case.content_id]) if known else ""


@site.link("people.resident", title=_("Ads"), roles=CITY_OPERATOR)
def ads_of_resident(resident: Resident) -> str:
    return reverse("admin:ads_ad_changelist", query={"q": resident.pk})
