"""A moderator decides a case: leave, hide or remove, with a rule of the public list and words to the author."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from dvor.base import audit
from dvor.moderation import cases, kinds, reasons, refusals, telling
from dvor.moderation.models import APPEAL_DAYS, WORDS_LENGTH_MAX, Case, Decision, Reason, Report
from dvor.people.models import Resident

COPIES_KEPT = timedelta(days=APPEAL_DAYS)  # while an appeal is possible
WORDS_LENGTH_MIN = 5

Outcome = Decision.Outcome


@transaction.atomic
def decide(case_id: int, *, outcome: int, rule: str = "", words: str, by: Resident, at: datetime) -> Decision:
    """Close a case. ``rule`` is a code of the public list: needed for what is taken away, empty for what stays.

    The content is hidden, or put back when a check had held it; the author is told the outcome with the rule and the
    words, the reporters the outcome alone. Nothing is edited afterwards: an appeal is what can change it.

    Raises:
        Refusal: ``not_allowed``, ``own_case`` (403); ``case_unknown`` (404); ``case_claimed``, ``case_decided`` (409);
            ``outcome_unknown``, ``reason_missing``, ``reason_needless``, ``reason_unknown``, ``words_unusable`` (422).
    """
    words = spoken(words)
    if outcome not in Outcome.values:
        raise refusals.outcome_unknown()
    reason = _reason(outcome, rule, at)
    case = cases.workable(case_id, by=by, at=at)
    if case.closed_at is not None:  # only its appeal is open
        raise refusals.case_decided()
    decision = Decision.objects.create(
        case=case, author_id=case.author_id, outcome=outcome, reason=reason, words=words, decided_at=at, decided_by=by
    )
    case.closed_at, case.copies_until = at, at + COPIES_KEPT
    case.claimed_at = case.claimed_by = None
    case.save(update_fields=["closed_at", "copies_until", "claimed_at", "claimed_by"])
    _carry_out(case, outcome, at)
    waiting = list(Report.objects.filter(case=case, answered_at__isnull=True))
    Report.objects.filter(case=case).update(answered_at=at)
    telling.answered(case, waiting, outcome=outcome, stage="report", at=at)
    if outcome != Outcome.LEAVE or case.held_at is not None:  # who was never disturbed need not be
        telling.decided(case, decision, at=at)
    audit.record(
        act="moderation.case.decided", subject=f"case:{case.pk}", by=by.pk, at=at, reason=words,
        facts={"outcome": outcome, "rule": rule},
    )  # fmt: skip
    return decision


def spoken(words: str) -> str:
    """Words of a moderator or an author: plain text of a sensible length.

    Raises:
        Refusal: ``words_unusable`` (422).
    """
    plain = words.replace("\x00", "").replace("\r\n", "\n").strip()
    if not WORDS_LENGTH_MIN <= len(plain) <= WORDS_LENGTH_MAX:
        raise refusals.words_unusable(WORDS_LENGTH_MAX)
    return plain


def _reason(outcome: int, rule: str, at: datetime) -> Reason | None:
    if outcome == Outcome.LEAVE:
        if rule:
            raise refusals.reason_needless()
        return None
    if not rule:
        raise refusals.reason_missing()
    reason = reasons.find(rule, at=at)
    if reason is None:
        raise refusals.reason_unknown()
    return reason


def _carry_out(case: Case, outcome: int, at: datetime) -> None:
    kind = kinds.find(case.kind)
    if kind is None:  # the package that kept it is gone, and the content with it
        return
    if outcome != Outcome.LEAVE:
        kind.hide(case.content_id, at)
    elif case.held_at is not None:
        kind.restore(case.content_id, at)
