"""A bill that must not be paid is withdrawn with a reason; a later version can be paid again."""

from __future__ import annotations

from datetime import datetime

import pytest

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.bills import documents
from dvor.bills.models import Bill
from tests.bills import paper
from tests.cast import Cast

REASON = "Ошибочные показания дома"


def issued(at: datetime, **changes: object) -> int:
    [outcome] = documents.issue([paper.bill(**changes)], by=None, at=at)
    assert outcome.value is not None
    return outcome.value.bill_id


def test_a_withdrawn_bill_keeps_the_reason_and_is_audited(cast: Cast, at: datetime) -> None:
    bill_id = issued(at)
    assert documents.withdraw([bill_id], reason=f"  {REASON} ", by=cast.olga, at=at) == 1
    bill = Bill.objects.get(pk=bill_id)
    assert (bill.withdrawn_at, bill.withdrawn_reason, bill.superseded_at) == (at, REASON, None)
    entry = AuditEntry.objects.get(act="bills.bill.withdrawn")
    assert (entry.subject, entry.actor_id, entry.reason) == (f"bill:{bill_id}", cast.olga.pk, REASON)


def test_withdrawing_again_changes_nothing(cast: Cast, at: datetime) -> None:
    bill_id = issued(at)
    documents.withdraw([bill_id], reason=REASON, by=cast.olga, at=at)
    assert documents.withdraw([bill_id, bill_id], reason="Другая причина", by=cast.olga, at=at) == 0
    assert Bill.objects.get(pk=bill_id).withdrawn_reason == REASON
    assert AuditEntry.objects.filter(act="bills.bill.withdrawn").count() == 1


def test_the_same_document_does_not_bring_a_withdrawn_bill_back_another_one_does(cast: Cast, at: datetime) -> None:
    bill_id = issued(at)
    documents.withdraw([bill_id], reason=REASON, by=None, at=at)
    assert issued(at) == bill_id
    assert Bill.objects.get(pk=bill_id).withdrawn_at == at
    second = Bill.objects.get(pk=issued(at, number="2026-09-1/2"))
    assert (second.version, second.withdrawn_at) == (2, None)


def test_only_the_version_that_stands_can_be_withdrawn(cast: Cast, at: datetime) -> None:
    first = issued(at)
    issued(at, number="2")
    with pytest.raises(Refusal) as refused:
        documents.withdraw([first], reason=REASON, by=cast.olga, at=at)
    assert (refused.value.code, refused.value.status) == ("bill_superseded", 409)


@pytest.mark.parametrize("reason", ["", "    ", "нет", "я" * 301])
def test_there_is_no_withdrawal_without_a_reason(cast: Cast, at: datetime, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        documents.withdraw([issued(at)], reason=reason, by=cast.olga, at=at)
    assert refused.value.code == "reason_missing"


def test_a_company_withdraws_in_its_own_houses_all_or_nothing(cast: Cast, at: datetime) -> None:
    own, foreign = issued(at), issued(at, payer_code="1234567892")
    for ids in ([own, foreign], [own, 2**40]):
        with pytest.raises(Refusal) as refused:
            documents.withdraw(ids, reason=REASON, by=cast.ivan, at=at)
        assert (refused.value.code, refused.value.status) == ("bill_unknown", 404)
    assert not Bill.objects.filter(withdrawn_at__isnull=False).exists()
    assert documents.withdraw([own], reason=REASON, by=cast.ivan, at=at) == 1


def test_a_resident_withdraws_nothing(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        documents.withdraw([issued(at)], reason=REASON, by=cast.anna, at=at)
    assert refused.value.code == "not_allowed"
