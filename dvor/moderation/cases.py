"""Moderators take cases from the queue: a claim keeps two of them from working on the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dvor.base import audit
from dvor.moderation import refusals
from dvor.moderation.models import Case, Report
from dvor.people import roles
from dvor.people.models import Resident, Role

MODERATORS = (Role.Name.MODERATOR, Role.Name.CITY_OPERATOR)
CLAIM_LASTS = timedelta(minutes=30)


@transaction.atomic
def claim(case_id: int, *, by: Resident, at: datetime) -> Case:
    """Take a case, or its appeal, for half an hour; taking one's own again makes the half hour new.

    Raises:
        Refusal: ``not_allowed``, ``own_case``, ``same_moderator`` (403); ``case_unknown`` (404);
            ``case_claimed``, ``case_decided`` (409).
    """
    case = workable(case_id, by=by, at=at)
    case.claimed_at, case.claimed_by = at, by
    case.save(update_fields=["claimed_at", "claimed_by"])
    audit.record(act="moderation.case.claimed", subject=f"case:{case.pk}", by=by.pk, at=at)
    return case


@transaction.atomic
def release(case_id: int, *, by: Resident, at: datetime) -> Case:
    """Give a claimed case back to the queue; what is not claimed stays so.

    Raises:
        Refusal: ``not_allowed`` (403); ``case_unknown`` (404); ``case_claimed`` (409) when it is another one's.
    """
    refuse_stranger(by)
    case = locked(case_id)
    refuse_claimed(case, by, at)
    case.claimed_at = case.claimed_by = None
    case.save(update_fields=["claimed_at", "claimed_by"])
    audit.record(act="moderation.case.released", subject=f"case:{case.pk}", by=by.pk, at=at)
    return case


def workable(case_id: int, *, by: Resident, at: datetime) -> Case:
    """The case, locked, if this moderator may work on what is open in it: the report or the appeal.

    Raises:
        Refusal: ``not_allowed``, ``own_case``, ``same_moderator`` (403); ``case_unknown`` (404);
            ``case_claimed``, ``case_decided`` (409).
    """
    refuse_stranger(by)
    case = locked(case_id)
    if case.author_id == by.pk or Report.objects.filter(case=case, resident=by).exists():
        raise refusals.own_case()
    if case.closed_at is not None:
        decision = case.decision
        appeal = getattr(decision, "appeal", None)
        if appeal is None or appeal.answered_at is not None:
            raise refusals.case_decided()
        if decision.decided_by_id == by.pk:
            raise refusals.same_moderator()
    refuse_claimed(case, by, at)
    return case


def locked(case_id: int) -> Case:
    """The case, locked until the transaction ends.

    Raises:
        Refusal: ``case_unknown`` (404).
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first() if 0 < case_id < 2**63 else None
    if case is None:
        raise refusals.case_unknown()
    return case


def refuse_stranger(by: Resident) -> None:
    """Refuse whoever is no moderator. One query.

    Raises:
        Refusal: ``not_allowed`` (403).
    """
    if not roles.allows(by, *MODERATORS):
        raise refusals.not_allowed()


def refuse_claimed(case: Case, by: Resident, at: datetime) -> None:
    """Refuse whoever comes while another one's claim lasts.

    Raises:
        Refusal: ``case_claimed`` (409).
    """
    if case.claimed_at is not None and case.claimed_by_id != by.pk and at < case.claimed_at + CLAIM_LASTS:
        raise refusals.case_claimed()


def is_before(kind: str, content_id: int, *, by: Resident) -> bool:
    """Whether this moderator has a content before him: it is reported, held or appealed, and not decided. Two queries.

    For what no operator may see otherwise, such as the picture of a private message; ``kind`` is the code of its kind.
    """
    if not roles.allows(by, *MODERATORS):
        return False
    appealed = Q(decision__appeal__isnull=False, decision__appeal__answered_at__isnull=True)
    return Case.objects.filter(Q(closed_at__isnull=True) | appealed, kind=kind, content_id=content_id).exists()
