"""What the acquirer sent: kept as it came, only the name of its object is ever used."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from dvor.base.console import ReadOnlyAdmin, site
from dvor.payments import rights
from dvor.payments.models import Notification


@admin.register(Notification, site=site)
class NotificationAdmin(ReadOnlyAdmin):
    """Notifications, newest first."""

    roles = rights.LOOKERS
    numbered = True
    list_display = ("id", "received_at", "event", "object_id", "outcome", "handled_at", "address")
    list_filter = ("event", "outcome", ("handled_at", admin.EmptyFieldListFilter))
    fields = list_display
    readonly_fields = list_display
    search_fields = ("object_id__exact",)
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        return (queryset.filter(object_id=typed) if typed else queryset), False
