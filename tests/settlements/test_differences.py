"""A difference ends with a reason and a name under it, or because the money came."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.demo import bank
from dvor.people.models import Resident
from dvor.settlements import days, differences, proof
from dvor.settlements.models import Account, Difference, Match
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import DAY, MONTH, NEXT, direct, file, load, transfer


@pytest.fixture
def gap(account: Account, cast: Cast, at: datetime) -> Difference:
    """The acquirer paid three roubles less than the residents."""
    books.payment(cast.anna, cast.flat, 100_000)
    load(file(transfer(99_700)), at=at)
    return Difference.objects.get()


def refusal(act: object, *given: object, **named: object) -> str:
    with pytest.raises(Refusal) as caught:
        act(*given, **named)  # type: ignore[operator]
    return caught.value.code


def test_a_gap_that_is_explained_lets_the_day_be_closed(gap: Difference, raisa: Resident, at: datetime) -> None:
    differences.resolve(gap.pk, reason="удержан штраф по договору", by=raisa, at=at, kopecks=300)
    gap.refresh_from_db()
    assert (gap.resolved_by, gap.resolved_at, gap.reason) == (raisa, at, "удержан штраф по договору")
    assert (books.day().explained_kopecks, books.day().gap_kopecks, books.day().open_count) == (300, 0, 0)
    entry = AuditEntry.objects.get(act="settlements.difference.resolved")
    assert (entry.reason, entry.actor_id, entry.facts["kopecks"]) == ("удержан штраф по договору", raisa.pk, 300)
    days.close(gap.day_id, by=raisa, at=at)
    assert proof.prove() == []


def test_what_was_explained_and_then_changes_differs_again(
    gap: Difference, cast: Cast, raisa: Resident, at: datetime
) -> None:
    differences.resolve(gap.pk, reason="удержан штраф", by=raisa, at=at)
    late = date(2026, 10, 18)
    load(file(transfer(300, on=late), since=late, until=late), at=at)
    again = Difference.objects.exclude(pk=gap.pk).get()
    assert (again.kopecks, again.is_open) == (-300, True), "the money that was given up came after all"


def test_nobody_resolves_without_right_reason_and_sight(
    gap: Difference, cast: Cast, raisa: Resident, at: datetime
) -> None:
    for stranger in (cast.anna, cast.olga, cast.ivan):
        assert refusal(differences.resolve, gap.pk, reason="так надо", by=stranger, at=at) == "not_allowed"
    assert refusal(differences.resolve, gap.pk, reason="  ", by=raisa, at=at) == "reason_missing"
    assert refusal(differences.resolve, gap.pk, reason="так надо", by=raisa, at=at, kopecks=299) == "difference_changed"
    assert refusal(differences.resolve, 10**9, reason="так надо", by=raisa, at=at) == "difference_unknown"
    books.payment(cast.anna, cast.flat, 5)
    days.count(books.day().account, at=at)
    assert refusal(differences.resolve, gap.pk, reason="так надо", by=raisa, at=at) == "difference_changed"
    days.reconcile(at=at)
    differences.resolve(gap.pk, reason="так надо", by=raisa, at=at, kopecks=305)
    assert refusal(differences.resolve, gap.pk, reason="ещё раз", by=raisa, at=at) == "difference_ended"


def test_an_entry_is_given_to_the_bill_that_it_pays(
    account: Account, cast: Cast, raisa: Resident, at: datetime
) -> None:
    bill = books.bill(cast.flat)
    load(file(bank.Transfer(NEXT, 700, "за квартиру Сергеевой")), at=at)
    found = Difference.objects.get()
    told = {"reason": "позвонила плательщица", "by": raisa, "at": at}
    code, month = "1234567890", date(2026, 9, 17)
    assert refusal(differences.to_bill, found.pk, payer_code="0000000000", period=MONTH, **told) == "bill_missing"
    differences.to_bill(found.pk, payer_code=code, period=month, **told)
    [match] = Match.objects.all()
    assert (match.bill_id, match.kopecks, match.matched_by, match.reason) == (bill.pk, 700, raisa, told["reason"])
    assert refusal(differences.to_bill, found.pk, payer_code=code, period=month, **told) == "difference_ended"
    days.close(found.day_id, by=raisa, at=at)
    assert proof.prove() == []


def test_a_transfer_of_the_acquirer_is_given_to_its_day(
    account: Account, cast: Cast, raisa: Resident, at: datetime
) -> None:
    books.payment(cast.anna, cast.flat, 1_000)
    purpose = "Перечисление средств по договору, комиссия 0,10"
    load(
        file(bank.Transfer(NEXT, 990, purpose, bank.ACQUIRER_NAME, bank.ACQUIRER_INN)),
        at=at,
    )
    found = Difference.objects.get(entry__isnull=False)
    told = {"reason": "по реестру из почты", "by": raisa, "at": at}
    for wrong in (date(2026, 9, 30), date(2026, 10, 17)):
        assert refusal(differences.to_day, found.pk, day=wrong, **told) == "day_wrong"
    wrong_way = {"payer_code": "1234567890", "period": MONTH}
    assert refusal(differences.to_bill, found.pk, **wrong_way, **told) == "entry_of_acquirer"
    differences.to_day(found.pk, day=DAY, **told)
    assert (books.day().received_kopecks, books.day().commission_kopecks, books.day().gap_kopecks) == (990, 10, 0)
    assert not Difference.objects.filter(resolved_at__isnull=True, gone_at__isnull=True).exists()


def test_money_that_belongs_somewhere_is_not_given_away(
    account: Account, cast: Cast, raisa: Resident, at: datetime
) -> None:
    books.bill(cast.flat, 100)
    load(file(direct(cast.flat, 500)), at=at)
    found, told = Difference.objects.get(), {"reason": "переложить", "by": raisa, "at": at}
    assert found.code == "paid_more"
    assert refusal(differences.to_bill, found.pk, payer_code="1234567890", period=MONTH, **told) == "entry_matched"
    assert refusal(differences.to_day, found.pk, day=DAY, **told) == "entry_matched"
