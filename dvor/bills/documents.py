"""Documents come in: issued, corrected by a new version, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, sql
from dvor.base.refusals import Outcome, Refusal
from dvor.bills import batch, papers, queries, refusals, scope
from dvor.bills.drafts import Fate, Issued, NewBill, NewLine, NewPayee
from dvor.bills.models import Bill
from dvor.bills.papers import Paper
from dvor.people.models import Resident

__all__ = ["Fate", "Issued", "NewBill", "NewLine", "NewPayee", "issue", "withdraw"]

REASON_MIN, REASON_MAX = 5, 300
WITHDRAWN_AT_ONCE_MAX = 1_000  # of one request, as GIS ЖКХ has it


@transaction.atomic
def issue(docs: Sequence[NewBill], *, by: Resident | None, at: datetime, tell: bool = True) -> list[Outcome[Issued]]:
    """Take documents: each is issued, a correction of the one that stands, or nothing new; else its refusal.

    Sums are kopecks, months their first day. The same content again changes nothing, also when the bill that stands
    was withdrawn; another content is a new version, and the one before is superseded. A city operator issues for all
    houses, a management company for its own; ``by`` is empty for the system itself. Residents who may see a new bill
    of this month or the last are told, unless it is history that is written down (``tell``).

    Refused in an outcome: ``flat_unknown``, ``bill_repeated``, ``total_mismatch``, ``line_mismatch``,
    ``bill_unreadable``.

    Raises:
        Refusal: ``not_allowed`` (403).
    """
    companies = scope.companies_of(by)
    outcomes: list[Outcome[Issued]] = []
    good: list[tuple[int, Paper]] = []
    for index, doc in enumerate(docs):
        try:
            good.append((index, papers.paper(doc, at=at)))
        except Refusal as refusal:
            outcomes.append(Outcome(index, refusal=refusal))
    if good:
        answers = batch.take([paper for _index, paper in good], companies=companies, at=at, tell=tell)
        for (index, _paper), answer in zip(good, answers, strict=True):
            if isinstance(answer, Refusal):
                outcomes.append(Outcome(index, refusal=answer))
            else:
                outcomes.append(Outcome(index, value=answer))
    return sorted(outcomes, key=lambda outcome: outcome.index)


@transaction.atomic
def withdraw(bill_ids: Sequence[int], *, reason: str, by: Resident | None, at: datetime) -> int:
    """Say that bills are not to be paid any more; return how many were not withdrawn before. Audited.

    Only versions that stand now; a later version of the same bill can be paid again. All or none.

    Raises:
        Refusal: ``not_allowed`` (403), ``bill_unknown`` (404), ``bill_superseded`` (409), ``reason_missing``.
    """
    companies = scope.companies_of(by)
    reason = " ".join(reason.split())
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        raise Refusal(
            "reason_missing",
            _("A bill is withdrawn with a reason of 5 to 300 characters."),
            remedy=_("Say why: residents see it on the bill."),
            field="reason",
        )
    ids = sorted(set(bill_ids))
    assert len(ids) <= WITHDRAWN_AT_ONCE_MAX, "the door limits its request"
    flats = list(Bill.objects.filter(pk__in=ids).values_list("flat_id", flat=True))
    places = sql.rows("bills/lock_flats.sql", codes=[], ids=flats)  # before the bills: importers lock flats first
    allowed = {row.id for row in places if scope.holds(companies, row.management_company_id)}
    bills = list(Bill.objects.filter(pk__in=ids).only("id", "flat_id", "superseded_at", "withdrawn_at"))
    if len(bills) < len(ids) or any(bill.flat_id not in allowed for bill in bills):
        raise queries.unknown()
    if any(bill.superseded_at is not None for bill in bills):
        raise refusals.bill_superseded()
    standing = [bill.pk for bill in bills if bill.withdrawn_at is None]
    Bill.objects.filter(pk__in=standing).update(withdrawn_at=at, withdrawn_reason=reason)
    if standing:
        audit.record(
            act="bills.bill.withdrawn",
            subject=f"bill:{standing[0]}" if len(standing) == 1 else "bills",
            by=by.pk if by else None,
            at=at,
            reason=reason,
            facts={"bills": standing},
        )
    return len(standing)
