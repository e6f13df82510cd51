"""The console's queue of invites under review, and their links."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.db.models import Case, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dvor.base.console import ReadOnlyAdmin, masked, operator_action, site
from dvor.invites import reviews
from dvor.invites.models import Join
from dvor.people.models import Resident


@admin.register(Join, site=site)
class JoinAdmin(ReadOnlyAdmin):
    """Invited newcomers; those under review wait for a decision. An operator sees no last name and no link."""

    roles = tuple(map(str, reviews.ROLES))
    list_display = ("joiner_shown", "state", "doubts_shown", "house", "inviter_shown", "signed_in_at", "completed_at")
    list_select_related = ("house", "inviter", "joiner")
    list_filter = ("state", "reason")
    search_fields = ("=joiner__pk", "=inviter__pk")
    search_help_text = _("Number of the newcomer or of the inviter")
    fields = ("joiner_shown", "inviter_shown", "house", "flat_shown", "state", "doubts_shown", "reason", "note",
              "opened_at", "signed_in_at", "acted_at", "completed_at", "settled_at", "settled_by")  # fmt: skip
    readonly_fields = fields
    ordering = (Case(When(state=Join.State.HELD, then=0), default=1), "-signed_in_at")
    actions = ("allow", "deny")

    @admin.display(description=_("newcomer"))
    def joiner_shown(self, join: Join) -> str:
        return f"{join.joiner_id}: {masked(join.joiner.full_name)}"

    @admin.display(description=_("inviter"))
    def inviter_shown(self, join: Join) -> str:
        return f"{join.inviter_id}: {masked(join.inviter.full_name)}"

    @admin.display(description=_("flat"))
    def flat_shown(self, join: Join) -> str:
        return join.flat.number if join.flat else "—"

    @admin.display(description=_("why it is looked at"))
    def doubts_shown(self, join: Join) -> str:
        return "; ".join(str(doubt.label) for doubt in join.doubted) or "—"

    @operator_action(
        title=_("It counts: both sides get their points"),
        roles=reviews.ROLES,
        when=lambda join: join.stage == Join.State.HELD,
    )
    def allow(self, join: Join, *, by: Resident, at: datetime, reason: str) -> None:
        reviews.allow(joiner_id=join.pk, by=by, at=at, reason=reason)

    @operator_action(
        title=_("It does not count: both sides read the reason"),
        roles=reviews.ROLES,
        when=lambda join: join.stage == Join.State.HELD,
    )
    def deny(self, join: Join, *, by: Resident, at: datetime, reason: str) -> None:
        reviews.deny(joiner_id=join.pk, by=by, at=at, reason=reason)


@site.link("people.resident", title=_("Whom this resident invited"), roles=list(map(str, reviews.ROLES)))
def invited_by(resident: Resident) -> str:
    return reverse("admin:invites_join_changelist", query={"q": resident.pk})
