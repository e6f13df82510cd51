"""The console's answer to «I got no mail»: what was told to a resident, and how each mail ended. No address."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from dvor.base.console import ReadOnlyAdmin, site
from dvor.notices import kinds
from dvor.notices.models import Notice
from dvor.people.models import Resident


@admin.register(Notice, site=site)
class NoticeAdmin(ReadOnlyAdmin):
    """Found by the number of the resident, newest first."""

    roles = ("city_operator",)
    numbered = True
    list_display = ("id", "resident_number", "title", "told_at", "on_page", "read_at", "by_mail", "mailed_at")
    list_filter = ("by_mail", ("mailed_at", admin.EmptyFieldListFilter), ("read_at", admin.EmptyFieldListFilter))
    search_fields = ("=resident__id", "=id")
    search_help_text = _("Number of the resident or of the notice")
    fields = ("resident_number", "title", "key", "url", "told_at", "on_page", "read_at", "by_mail", "mail_started_at",
              "mailed_at", "attempts")  # fmt: skip
    readonly_fields = fields
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        found: QuerySet[Notice] = super().get_queryset(request)
        return found.defer("context")

    @admin.display(description=_("number of the resident"), ordering="resident_id")
    def resident_number(self, notice: Notice) -> int:
        return notice.resident_id

    @admin.display(description=_("what about"))
    def title(self, notice: Notice) -> str:
        kind = kinds.find(notice.kind)
        return str(kind.title) if kind else notice.kind

    @admin.display(description=_("attempts to mail it"))
    def attempts(self, notice: Notice) -> str:
        rows = [
            (f"{row.attempted_at:%d.%m.%Y %H:%M}", row.get_ending_display(), row.detail)
            for row in notice.deliveries.order_by("pk")
        ]
        return format_html_join("", "<p>{} {} {}</p>", rows) if rows else "—"


@site.link("people.resident", title=_("Notices"), roles=["city_operator"])
def notices_of_resident(resident: Resident) -> str:
    return reverse("admin:notices_notice_changelist", query={"resident": resident.pk})
