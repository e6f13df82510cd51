"""The author disagrees, once; a second moderator, never the one who decided first, has the last word here."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from dvor.base import audit
from dvor.moderation import cases, decisions, kinds, limits, refusals, reports, telling
from dvor.moderation.models import APPEAL_DAYS, Appeal, Case, Decision, Report, Verdict
from dvor.people.models import Resident


@transaction.atomic
def appeal(case_id: int, *, words: str, by: Resident, at: datetime) -> Appeal:
    """Ask for a second moderator. The same words again are the same appeal.

    Raises:
        Refusal: ``case_unknown`` (404), also for a case of somebody else; ``nothing_to_appeal``, ``already_appealed``,
            ``appeal_late`` (409); ``words_unusable`` (422); ``too_hasty`` (429).
    """
    words = decisions.spoken(words)
    case = cases.locked(case_id)
    if case.author_id != by.pk:
        raise refusals.case_unknown()
    decision = Decision.objects.filter(case=case).first()
    if decision is None or decision.outcome == Decision.Outcome.LEAVE:
        raise refusals.nothing_to_appeal()
    earlier = Appeal.objects.filter(decision=decision).first()
    if earlier is not None:
        if earlier.words == words:
            return earlier
        raise refusals.already_appealed()
    if at > decision.decided_at + timedelta(days=APPEAL_DAYS):
        raise refusals.appeal_late(APPEAL_DAYS)
    limits.refuse_hasty("moderation.appeal", by=by, at=at)
    made = Appeal.objects.create(decision=decision, words=words, appealed_at=at)
    Case.objects.filter(pk=case.pk).update(copies_until=None)
    audit.record(act="moderation.appeal.made", subject=f"case:{case.pk}", by=by.pk, at=at)
    return made


@transaction.atomic
def judge(case_id: int, *, changed: bool, words: str, by: Resident, at: datetime) -> Verdict:
    """Decide an appeal: the decision stands, or it is changed and the content is back. Final.

    The author is told with the words; the reporters only when something changed.

    Raises:
        Refusal: ``not_allowed``, ``own_case``, ``same_moderator`` (403); ``case_unknown`` (404); ``case_claimed``,
            ``case_decided``, ``no_appeal`` (409); ``words_unusable`` (422).
    """
    words = decisions.spoken(words)
    case = cases.workable(case_id, by=by, at=at)
    if case.closed_at is None:
        raise refusals.no_appeal()
    decision = case.decision
    verdict = Verdict.objects.create(
        appeal=decision.appeal, changed=changed, words=words, first_by_id=decision.decided_by_id,
        author_id=decision.author_id, decided_at=at, decided_by=by,
    )  # fmt: skip
    Appeal.objects.filter(pk=decision.pk).update(answered_at=at)
    case.copies_until = at + decisions.COPIES_KEPT
    case.claimed_at = case.claimed_by = None
    case.save(update_fields=["copies_until", "claimed_at", "claimed_by"])
    kind = kinds.find(case.kind)
    if changed:
        if kind is not None and _is_free(case):
            kind.restore(case.content_id, at)
        told = list(Report.objects.filter(case=case))
        telling.answered(case, told, outcome=Decision.Outcome.LEAVE, stage="verdict", at=at)
    telling.judged(case, verdict, at=at)
    audit.record(
        act="moderation.appeal.decided", subject=f"case:{case.pk}", by=by.pk, at=at, reason=words,
        facts={"changed": changed},
    )  # fmt: skip
    return verdict


def _is_free(case: Case) -> bool:
    """Whether nothing else keeps the content away: a later decision, or a hold that waits."""
    kind = kinds.find(case.kind)
    assert kind is not None
    held = Case.objects.filter(
        kind=case.kind, content_id=case.content_id, closed_at__isnull=True, held_at__isnull=False
    )
    return reports.standing(kind, case.content_id) == Decision.Outcome.LEAVE and not held.exists()
