"""What moderation goes by: the public list of reasons, and how often one may act. A city operator adds newer lines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.db.models import CharField, Exists, F, Func, OuterRef, QuerySet, Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from dvor.base import clock, periods
from dvor.base.console import ReadOnlyAdmin, operator_action, site
from dvor.base.refusals import Refusal, Text
from dvor.base.texts import pick
from dvor.moderation import paces, reasons, wording
from dvor.moderation.admin.authored import CITY_OPERATOR, MODERATORS
from dvor.moderation.admin.forms import NewReasonForm, PaceForm, WordsForm, words_of
from dvor.moderation.models import Pace, Reason
from dvor.people.models import Resident

EXCERPT = 45


def _state(since: date, *, is_replaced: bool) -> Text:
    """How a dated line stands today."""
    if since > periods.day_of(clock.now()):
        return _("begins on %(day)s") % {"day": f"{since:%d.%m.%Y}"}
    return _("replaced by newer ones") if is_replaced else pgettext_lazy("line", "in force")


# ── The public list ──────────────────────────────────────────────────────────────────────────────────────────────
@admin.register(Reason, site=site)
class ReasonAdmin(ReadOnlyAdmin):
    """The public list with its past; a line is followed by newer words or retired, never edited."""

    roles = MODERATORS
    list_display = ("__str__", "excerpt", "since", "state", "retired_at")
    fields = ("code", "titles_shown", "rules_shown", "since", "state", "retired_at")
    readonly_fields = fields
    sortable_by = ()  # the public list has an order of its own
    ordering = ("position", "-since")
    actions = ("reword", "retire")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reason]:
        """Each with ``replaced``: a newer version of its line has begun."""
        line = Func(F("code"), Value("."), Value(1), function="split_part", output_field=CharField())
        newer = Reason.objects.annotate(of=line).filter(
            of=OuterRef("of"), since__gt=OuterRef("since"), since__lte=periods.day_of(clock.now())
        )
        found: QuerySet[Reason] = super().get_queryset(request)
        return found.annotate(of=line).annotate(replaced=Exists(newer))

    @admin.display(description=_("Rule"))
    def excerpt(self, reason: Reason) -> str:
        """In the operator's language, as much as a phone shows."""
        return reason.rule[:EXCERPT] + ("…" if len(reason.rule) > EXCERPT else "")

    @admin.display(description=_("titles"))
    def titles_shown(self, reason: Reason) -> str:
        return " / ".join(reason.titles[language] for language in reasons.LANGUAGES)

    @admin.display(description=_("Rule of the public list"))
    def rules_shown(self, reason: Reason) -> str:
        return " / ".join(reason.rules[language] for language in reasons.LANGUAGES)

    @admin.display(description=_("state"))
    def state(self, reason: Reason) -> Text:
        if reason.retired_at is not None:
            return _("off the list")
        return _state(reason.since, is_replaced=getattr(reason, "replaced", False))

    @operator_action(
        title=_("Newer words from a day on"), roles=CITY_OPERATOR, form=WordsForm, like=WordsForm.like,
        when=lambda reason: reason.retired_at is None,
    )  # fmt: skip
    def reword(self, line: Reason, *, by: Resident, at: datetime, since: date, **filled: str) -> None:
        note = filled.pop("reason")
        reasons.reword(line.pk, words_of(filled), since=since, note=note, by=by, at=at)

    @operator_action(
        title=_("Take it off the list"), roles=CITY_OPERATOR, when=lambda reason: reason.retired_at is None
    )
    def retire(self, line: Reason, *, by: Resident, at: datetime, reason: str) -> None:
        reasons.retire(line.pk, note=reason, by=by, at=at)


@site.page("moderation/reasons/new/", title=_("New reason of moderation"), roles=CITY_OPERATOR, icon="rule")
@require_http_methods(["GET", "HEAD", "POST"])
def reason_new(request: HttpRequest) -> HttpResponse:
    """A new line of the public list, from a day on."""
    assert isinstance(request.user, Resident), "pages of the console are for residents with a role"
    form = NewReasonForm(request.POST or None)
    if form.is_valid():
        filled = dict(form.cleaned_data)
        line, since, note = filled.pop("line"), filled.pop("since"), filled.pop("reason")
        try:
            made = reasons.add(line, words_of(filled), since=since, note=note, by=request.user, at=clock.now())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The line is on the public list from its day."))
            return HttpResponseRedirect(reverse("admin:moderation_reason_change", args=[quote(made.pk)]))
    context: dict[str, Any] = {"title": _("New reason of moderation"), "form": form}
    return site.render(request, "moderation/console/reason.html", context, 422 if form.is_bound else 200)


# ── How often one may act ────────────────────────────────────────────────────────────────────────────────────────
@admin.register(Pace, site=site)
class PaceAdmin(ReadOnlyAdmin):
    """How often one may act, by the age and the level of an account; the past stays to be read."""

    roles = MODERATORS
    list_display = ("what", "age_days", "level", "per_hour", "per_day", "since", "state")
    list_filter = ("act",)
    fields = list_display
    readonly_fields = fields
    sortable_by = ()
    ordering = ("act", "age_days", "level", "-since")
    actions = ("follow",)

    def named(self, row: Any) -> str:
        return f"{self.what(row)}: {row.age_days}+, {row.get_level_display()}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pace]:
        """Each with ``replaced``: a newer line of the same act, age and level has begun."""
        newer = Pace.objects.filter(
            act=OuterRef("act"), age_days=OuterRef("age_days"), level=OuterRef("level"),
            since__gt=OuterRef("since"), since__lte=periods.day_of(clock.now()),
        )  # fmt: skip
        found: QuerySet[Pace] = super().get_queryset(request)
        return found.annotate(replaced=Exists(newer))

    @admin.display(description=_("act"))
    def what(self, pace: Pace) -> str:
        return pick(wording.ACTS.get(pace.act)) or pace.act

    @admin.display(description=_("state"))
    def state(self, pace: Pace) -> Text:
        return _state(pace.since, is_replaced=getattr(pace, "replaced", False))

    @operator_action(
        title=_("Newer line from a day on"), roles=CITY_OPERATOR, form=PaceForm,
        like=lambda pace: {
            **{name: getattr(pace, name) for name in ("act", "age_days", "level", "per_hour", "per_day")},
            "since": periods.day_of(clock.now()) + timedelta(days=1),
        },
    )  # fmt: skip
    def follow(self, pace: Pace, *, by: Resident, at: datetime, reason: str, **filled: Any) -> None:
        paces.add(note=reason, by=by, at=at, **filled)
