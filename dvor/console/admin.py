"""The console's own list: what operators did. And what stands on its home page."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dvor.base.console import ReadOnlyAdmin, site
from dvor.base.models import AuditEntry
from dvor.console import home

site.home = home.context


@admin.register(AuditEntry, site=site)
class AuditAdmin(ReadOnlyAdmin):
    """Acts that somebody may have to answer for, newest first."""

    roles = ("city_operator",)
    list_display = ("at", "actor_id", "act", "subject", "reason")
    list_filter = ("act",)
    search_fields = ("=subject", "act", "=actor_id")
    search_help_text = _("Act, number of who acted, or subject such as wallet:17")
    fields = ("at", "actor_id", "act", "subject", "reason", "facts")
    readonly_fields = fields
    ordering = ("-at", "-pk")
