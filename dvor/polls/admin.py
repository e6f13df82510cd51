"""The console's polls: what was asked, of whom, and the result as the neighbours themselves may see it.

Nobody's answer stands here, of named polls neither, and who has voted is not shown: a case is about words.
Results come through the one gate, ``results.py``; an operator's eyes are nobody's, so what shows to voters alone waits
for the closing. Who asked is masked; only a city operator reads the number of a resident.
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

from dvor.base import clock
from dvor.base.console import site
from dvor.base.refusals import Text
from dvor.moderation.admin.authored import CITY_OPERATOR, MODERATORS, AuthoredAdmin
from dvor.moderation.models import Case
from dvor.people.models import Resident
from dvor.polls import results
from dvor.polls.models import QUESTION_LENGTH_MAX, Comment, Poll


class HowItStands(admin.SimpleListFilter):
    """Open, over, or hidden."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", pgettext_lazy("poll", "open")), ("over", pgettext_lazy("poll", "over")),
            ("hidden", _("hidden by a moderator")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Poll]) -> QuerySet[Poll]:
        is_open = Q(closed_at__isnull=True, closes_at__gt=clock.now())
        return {
            "open": queryset.filter(is_open, hidden_at__isnull=True),
            "over": queryset.filter(~is_open, hidden_at__isnull=True),
            "hidden": queryset.filter(hidden_at__isnull=False),
        }.get(self.value() or "", queryset)


@admin.register(Poll, site=site)
class PollAdmin(AuthoredAdmin):
    """Polls, newest first; found by number or by words, by a city operator by the author's number too."""

    list_display = ("id", "question", "state", "house", "is_anonymous", "votes", "opened_at", "author_masked")
    list_filter = (HowItStands, "kind", "anonymous")
    search_help_text = _("Number of the poll, or words of its question")
    fields = ("question", "details", "options_shown", "kind", "is_anonymous", "state", "house", "for_whom", "results",
              "opened_at", "closes_at", "closed_at", "votes", "result", "author_masked")  # fmt: skip
    readonly_fields = (*fields, "author_number")

    def worded(self, queryset: QuerySet[Any], typed: str) -> QuerySet[Any]:
        return queryset.filter(question__icontains=typed[:QUESTION_LENGTH_MAX])

    @admin.display(description=_("state"))
    def state(self, poll: Poll) -> Text:
        if poll.hidden_at:
            return _("hidden by a moderator")
        is_over = results.is_over(poll, at=clock.now())
        return pgettext_lazy("poll", "over") if is_over else pgettext_lazy("poll", "open")

    @admin.display(description=pgettext_lazy("poll", "anonymous"), ordering="anonymous")
    def is_anonymous(self, poll: Poll) -> Text:
        return _("Yes") if poll.anonymous else _("No")

    @admin.display(description=_("answers to choose from"))
    def options_shown(self, poll: Poll) -> str:
        return format_html_join("", "<p>{}. {}</p>", enumerate(poll.options, start=1))

    @admin.display(description=_("for whom"))
    def for_whom(self, poll: Poll) -> str:
        place = _("the whole house") if poll.entrance is None else _("entrance %(number)s") % {"number": poll.entrance}
        return f"{place}, {_('owners only')}" if poll.owners_only else str(place)

    @admin.display(description=_("result"))
    def result(self, poll: Poll) -> str | Text:
        """What the gate of results publishes to anybody now, and nothing else."""
        at = clock.now()
        if not results.are_shown(poll, voted=False, at=at):
            return _("not published yet")
        tally = results.of(poll, at=at)
        if tally is None:
            return _("never published: too few answered an anonymous poll")
        if poll.kind == Poll.Kind.RANKED:
            ranks = [{"place": line.place, "marks": line.shown_count} for line in tally.lines]
            told = [_("place %(place)s · %(marks)s") % rank for rank in ranks]
        else:
            told = [f"{line.shown_count} · {line.percent} %" for line in tally.lines]
        return format_html_join("", "<p>{}: {}</p>", zip(poll.options, told, strict=True))


@site.link("polls.poll", title=_("Cases of moderation"), roles=MODERATORS)
def cases_of_poll(poll: Poll) -> str:
    return reverse("admin:moderation_case_changelist", query={"q": f"poll:{poll.pk}"})


@site.link("moderation.case", title=_("The poll"), roles=MODERATORS)
def poll_of_case(case: Case) -> str:
    """Of a comment, the poll under which it stands."""
    found = None
    if case.kind == "poll":
        found = Poll.objects.filter(pk=case.content_id).values_list("pk", flat=True).first()
    elif case.kind == "poll_comment":
        found = Comment.objects.filter(pk=case.content_id).values_list("poll_id", flat=True).first()
    return reverse("admin:polls_poll_change", args=[found]) if found else ""


@site.link("people.resident", title=_("Polls"), roles=CITY_OPERATOR)
def polls_of_resident(resident: Resident) -> str:
    return reverse("admin:polls_poll_changelist", query={"q": resident.pk})
