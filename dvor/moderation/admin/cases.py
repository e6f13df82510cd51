"""The console of moderators: the queue, one case with what it needs, appeals.

A moderator sees the text and why it is here. Who wrote it stays masked, who reported it is not shown, and nothing
leads to a profile. That somebody opened a case is in the audit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dvor.base import audit, clock
from dvor.base.console import ReadOnlyAdmin, masked, operator_action, site
from dvor.base.refusals import Text
from dvor.moderation import appeals, cases, decisions, queries
from dvor.moderation.admin.authored import MODERATORS
from dvor.moderation.admin.forms import ClaimForm, DecisionForm, VerdictForm
from dvor.moderation.checks import Findings
from dvor.moderation.models import Appeal, Case, Decision
from dvor.people.models import Resident

EXCERPT = 45  # what a phone shows of it in two lines


class InTheQueue(admin.SimpleListFilter):
    """Open cases unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("appealed", _("appealed")), ("decided", _("decided")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("waiting"),
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        wanted = self.value()
        if wanted == "appealed":
            return queryset.filter(decision__appeal__answered_at__isnull=True, decision__appeal__isnull=False)
        if wanted == "decided":
            return queryset.filter(closed_at__isnull=False)
        if wanted == "all" or request.method == "POST" or request.GET.get("q"):  # an act names its rows itself
            return queryset
        return queryset.filter(closed_at__isnull=True)


@admin.register(Case, site=site)
class CaseAdmin(ReadOnlyAdmin):
    """The queue, oldest first; a case gathers all reports of one publication."""

    roles = MODERATORS
    numbered = True
    list_display = ("id", "what", "excerpt", "reported", "opened_at", "held_at", "worked_on")
    list_filter = (InTheQueue, "kind")
    list_select_related = ("claimed_by", "author", "decision__appeal")
    search_fields = ("pk",)  # only shows the field; get_search_results does the search
    search_help_text = _("Number of the case, or the publication, such as ad:17")
    fields = ("what", "text", "found", "reported", "notes", "author_masked", "opened_at", "held_at", "worked_on",
              "decided", "appealed")  # fmt: skip
    readonly_fields = fields
    ordering = (F("closed_at").asc(nulls_first=True), "opened_at", "pk")
    actions = ("claim", "release", "decide", "judge")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        found: QuerySet[Case] = super().get_queryset(request)
        return found.annotate(report_count=Count("reports"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Open and decided ones alike: whoever names a case means it."""
        kind, _colon, number = search_term.strip().rpartition(":")
        if not search_term.strip():
            return queryset, False
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return queryset.none(), False
        found = Q(kind=kind, content_id=int(number)) if kind else Q(pk=int(number))
        return queryset.filter(found), False

    def change_view(self, request: HttpRequest, object_id: str, *given: Any, **named: Any) -> Any:
        """Whoever opens a case answers for it."""
        response = super().change_view(request, object_id, *given, **named)
        if request.method == "GET" and response.status_code == 200 and isinstance(request.user, Resident):
            audit.record(
                act="moderation.case.opened", subject=f"case:{int(object_id)}", by=request.user.pk, at=clock.now()
            )
        return response

    @admin.display(description=_("publication"))
    def what(self, case: Case) -> str:
        return str(queries.title_of(case.kind))

    @admin.display(description=_("text"))
    def excerpt(self, case: Case) -> str:
        text = case.copies[0]["text"] if case.copies else ""
        return text[:EXCERPT] + ("…" if len(text) > EXCERPT else "")

    @admin.display(description=_("text"))
    def text(self, case: Case) -> str:
        """All versions; pictures and the page are links, opened only by who wants to."""
        shown = format_html_join(
            "", '<div class="case-copy"><p>{}</p>{}</div>',
            ((linebreaksbr(copy["text"], autoescape=True), _links(copy)) for copy in case.copies),
        )  # fmt: skip
        return shown or str(_("not kept any more"))

    @admin.display(description=_("what a check found"))
    def found(self, case: Case) -> str:
        rows = [(finding.title, ", ".join(finding.found)) for finding in Findings.of(case.findings).items]
        return format_html_join("", "<p><b>{}</b> {}</p>", rows) or "—"

    @admin.display(description=_("reports"), ordering="report_count")
    def reported(self, case: Case) -> str:
        count = getattr(case, "report_count", 0)
        return ngettext("%(count)s report", "%(count)s reports", count) % {"count": count} if count else "—"

    @admin.display(description=_("what was reported"))
    def notes(self, case: Case) -> str:
        rows = [
            (str(report.reason), report.note, f"{localtime(report.reported_at):%d.%m.%Y %H:%M}")
            for report in case.reports.select_related("reason").order_by("pk")[:100]
        ]
        return format_html_join("", "<p><b>{}</b> {} <small>{}</small></p>", rows) or "—"

    @admin.display(description=_("author"))
    def author_masked(self, case: Case) -> str:
        if case.author is None:
            return str(_("an organisation"))
        before = Decision.objects.filter(author_id=case.author_id, outcome__gt=1).exclude(case=case).count()
        days = max((clock.now() - case.author.joined_at).days, 0)
        told = _("%(name)s, with us for %(days)s days, taken down before: %(before)s")
        return told % {"name": masked(case.author.full_name), "days": days, "before": before}

    @admin.display(description=_("who works on it"))
    def worked_on(self, case: Case) -> str:
        if case.claimed_by is None or case.claimed_at is None or clock.now() >= case.claimed_at + cases.CLAIM_LASTS:
            return "—"
        return case.claimed_by.full_name

    @admin.display(description=_("decision"))
    def decided(self, case: Case) -> str:
        decision = getattr(case, "decision", None)
        if decision is None:
            return "—"
        rule = str(decision.reason) if decision.reason else "—"
        return format_html("<p><b>{}</b> · {} · {}</p><p>{}</p>", decision.get_outcome_display(), rule,
                           decision.decided_by.full_name, decision.words)  # fmt: skip

    @admin.display(description=_("appeal"))
    def appealed(self, case: Case) -> str:
        appeal: Appeal | None = getattr(getattr(case, "decision", None), "appeal", None)
        if appeal is None:
            return "—"
        verdict = getattr(appeal, "verdict", None)
        said = "—" if verdict is None else f"{_('changed') if verdict.changed else _('stands')}: {verdict.words}"
        return format_html("<p>{}</p><p>{}</p>", appeal.words, said)

    @operator_action(
        title=_("Take it"), roles=MODERATORS, form=ClaimForm, when=lambda case: _is_open(case) or _is_appealed(case)
    )
    def claim(self, case: Case, *, by: Resident, at: datetime, reason: str) -> None:
        del reason
        cases.claim(case.pk, by=by, at=at)

    @operator_action(
        title=_("Give it back"), roles=MODERATORS, form=ClaimForm, when=lambda case: case.claimed_at is not None
    )
    def release(self, case: Case, *, by: Resident, at: datetime, reason: str) -> None:
        del reason
        cases.release(case.pk, by=by, at=at)

    @operator_action(title=_("Decide"), roles=MODERATORS, form=DecisionForm, when=lambda case: _is_open(case))
    def decide(self, case: Case, *, by: Resident, at: datetime, reason: str, outcome: int, rule: str) -> None:
        decisions.decide(case.pk, outcome=outcome, rule=rule, words=reason, by=by, at=at)

    @operator_action(
        title=_("Decide the appeal"), roles=MODERATORS, form=VerdictForm, when=lambda case: _is_appealed(case)
    )
    def judge(self, case: Case, *, by: Resident, at: datetime, reason: str, changed: bool) -> None:
        appeals.judge(case.pk, changed=changed, words=reason, by=by, at=at)


def _links(copy: dict[str, Any]) -> str:
    named: list[tuple[str, Text]] = [(copy["url"], _("page of the publication"))]
    named += [(one, _("picture %(number)s") % {"number": place}) for place, one in enumerate(copy["pictures"], start=1)]
    safe = [(address, name) for address, name in named if address.startswith("/") and not address.startswith("//")]
    return format_html_join(" · ", '<a class="underline" href="{}" target="_blank" rel="noopener">{}</a>', safe)


def _is_open(case: Case) -> bool:
    return case.closed_at is None


def _is_appealed(case: Case) -> bool:
    appeal = getattr(getattr(case, "decision", None), "appeal", None)
    return appeal is not None and appeal.answered_at is None
