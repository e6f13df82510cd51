"""What a resident reads: cases about his own contents, and what became of his reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from dvor.base.refusals import Text
from dvor.moderation import kinds, refusals
from dvor.moderation.checks import Findings
from dvor.moderation.models import APPEAL_DAYS, Appeal, Case, Decision, Report, Verdict

SHOWN_MAX = 50


@dataclass(frozen=True)
class Told:
    """A case as its author may know it: no reporter, no moderator, no report before it is decided."""

    case: Case
    at: datetime

    @property
    def title(self) -> Text:
        return title_of(self.case.kind)

    @property
    def decision(self) -> Decision | None:
        return getattr(self.case, "decision", None)

    @property
    def appeal(self) -> Appeal | None:
        return getattr(self.decision, "appeal", None)

    @property
    def verdict(self) -> Verdict | None:
        return getattr(self.appeal, "verdict", None)

    @property
    def findings(self) -> Findings:
        return Findings.of(self.case.findings)

    @property
    def text(self) -> str:
        return str(self.case.copies[-1]["text"]) if self.case.copies else ""

    @property
    def url(self) -> str:
        return str(self.case.copies[-1]["url"]) if self.case.copies else ""

    @property
    def appeal_until(self) -> datetime | None:
        """Until when an appeal is possible; nothing when it is not."""
        decision = self.decision
        if decision is None or decision.outcome == Decision.Outcome.LEAVE or self.appeal is not None:
            return None
        until = decision.decided_at + timedelta(days=APPEAL_DAYS)
        return until if self.at <= until else None

    @property
    def state(self) -> str:
        """``waits``, ``left``, ``hidden``, ``removed``, ``appealed``, ``restored``, ``upheld``."""
        if self.decision is None:
            return "waits"
        if self.verdict is not None:
            return "restored" if self.verdict.changed else "upheld"
        if self.appeal is not None:
            return "appealed"
        return {1: "left", 2: "hidden", 3: "removed"}[self.decision.outcome]


def title_of(kind_code: str) -> Text:
    """What a kind of content is called; its code when its package is gone."""
    kind = kinds.find(kind_code)
    return kind.title if kind else kind_code


def cases(resident_id: int, *, at: datetime, before: int | None = None, limit: int = SHOWN_MAX) -> list[Told]:
    """Cases about the resident's contents that concern him, newest first. One query."""
    found = _of(resident_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return [Told(case, at) for case in found.order_by("-pk")[:limit]]


def case(case_id: int, *, resident_id: int, at: datetime) -> Told:
    """One of them. One query.

    Raises:
        Refusal: ``case_unknown`` (404), also for a case of somebody else and for a report that is not decided.
    """
    found = _of(resident_id).filter(pk=case_id).first() if 0 < case_id < 2**63 else None
    if found is None:
        raise refusals.case_unknown()
    return Told(found, at)


def reports(resident_id: int, *, limit: int = SHOWN_MAX) -> list[Report]:
    """What the resident reported, newest first, with what came of it. One query."""
    found = Report.objects.filter(resident_id=resident_id)
    return list(found.select_related("reason", "case__decision__appeal__verdict").order_by("-pk")[:limit])


def _of(resident_id: int) -> QuerySet[Case]:
    concerns = Q(held_at__isnull=False) | Q(decision__outcome__gt=Decision.Outcome.LEAVE)
    found = Case.objects.filter(concerns, author_id=resident_id)
    return found.select_related("decision__reason", "decision__appeal__verdict")
