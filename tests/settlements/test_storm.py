"""Whatever happens in whatever order, the sums of the books are the sums of what happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F, Sum

from dvor.base.refusals import Refusal
from dvor.demo import bank
from dvor.payments.models import Payment
from dvor.people.models import Resident
from dvor.settlements import days, differences, proof
from dvor.settlements.models import Account, Day, Difference, Entry, Item, Match
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import load

FIRST = date(2026, 10, 1)


class Life:
    """Some weeks of an account: payments, refunds, statements on time, late, twice and wrong, accountants at work."""

    def __init__(self, account: Account, cast: Cast, raisa: Resident, seed: int) -> None:
        self.account, self.cast, self.raisa, self.chance = account, cast, raisa, random.Random(seed)
        self.today, self.files, self.balance = FIRST + timedelta(days=1), [], 0

    @property
    def at(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 9, tzinfo=UTC)

    def some_day(self) -> date:
        return self.today - timedelta(days=self.chance.randrange(min(6, (self.today - FIRST).days)) + 1)

    def pay(self) -> None:
        for _one in range(self.chance.randrange(1, 5)):
            books.payment(self.cast.anna, self.cast.flat, self.chance.randrange(100, 90_000), day=self.some_day())

    def give_back(self) -> None:
        payment = Payment.objects.filter(refunds__isnull=True).order_by("?").first()
        if payment is not None:
            books.refund(payment, self.chance.randrange(1, payment.total_kopecks + 1), day=self.some_day())

    def tell(self) -> None:
        """The bank's file: right and wrong transfers of the acquirer, residents' own ones, nonsense, overlaps."""
        days.reconcile(at=self.at)
        transfers = []
        for day in {self.some_day() for _one in range(3)}:
            owed = Day.objects.filter(day=day).aggregate(gap=Sum("gap_kopecks"))["gap"] or 0
            gross = max(owed + self.chance.choice([0, 0, 0, 1, -1, 5_000]), 100)
            until = min(day + timedelta(days=self.chance.choice([0, 0, 0, 2])), self.today)
            transfers.append(books.transfer(gross, gross // 83, day=day, on=self.today, until=until))
        transfers.append(books.direct(self.cast.flat, self.chance.randrange(1, 9_999), on=self.today))
        if self.chance.random() < 0.3:
            transfers.append(bank.Transfer(self.today, self.chance.randrange(1, 999), "спасибо"))
        self.files.append(books.file(*transfers, since=self.some_day(), until=self.today))
        load(self.files[-1], at=self.at)

    def repeat(self) -> None:
        if self.files:
            assert load(self.chance.choice(self.files), at=self.at).same

    def resolve(self) -> None:
        found = Difference.objects.filter(resolved_at__isnull=True, gone_at__isnull=True).order_by("?").first()
        if found is not None:
            self.attempt(lambda: differences.resolve(found.pk, reason="проверено", by=self.raisa, at=self.at))

    def close(self) -> None:
        for day in Day.objects.filter(closed_at__isnull=True).order_by("?")[:4]:
            self.attempt(lambda pk=day.pk: days.close(pk, by=self.raisa, at=self.at))  # type: ignore[misc]

    def attempt(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Refusal as refusal:
            known = {"day_differs", "day_not_over", "statement_missing", "difference_changed", "day_closed"}
            assert refusal.code in known, refusal.code  # noqa: PT017 which one does not matter, that it is known does

    def live(self, steps: int) -> None:
        acts = [self.pay, self.pay, self.give_back, self.tell, self.tell, self.repeat, self.resolve, self.close]
        for _step in range(steps):
            self.chance.choice(acts)()
            self.today += timedelta(days=self.chance.choice([0, 0, 1]))
        days.reconcile(at=self.at)

    def finish(self) -> None:
        """In the end an accountant can give each difference its reason, and close every day."""
        self.today += timedelta(days=10)
        load(books.file(since=FIRST, until=self.today), at=self.at)
        for found in Difference.objects.filter(resolved_at__isnull=True, gone_at__isnull=True):
            differences.resolve(found.pk, reason="разобрались", by=self.raisa, at=self.at)
        for day in Day.objects.filter(closed_at__isnull=True, day__lt=self.today):
            days.close(day.pk, by=self.raisa, at=self.at)


@pytest.mark.parametrize("seed", range(6))
def test_the_books_are_what_happened(account: Account, cast: Cast, raisa: Resident, seed: int) -> None:
    books.bill(cast.flat, 50_000)
    life = Life(account, cast, raisa, seed)
    life.live(60)
    assert proof.prove() == []
    owed = Payment.objects.aggregate(sum=Sum("total_kopecks"))["sum"] or 0
    back = sum(Payment.objects.filter(refunds__isnull=False).values_list("refunds__sum_kopecks", flat=True))
    assert (Item.objects.aggregate(sum=Sum("kopecks"))["sum"] or 0) == owed - back
    registries = Entry.objects.filter(kind=Entry.Kind.REGISTRY, pk__in=Match.objects.values("entry"))
    gross = sum(registries.values_list(F("kopecks") + F("commission_kopecks"), flat=True))
    came = Match.objects.filter(bill_id__isnull=True).aggregate(sum=Sum(F("kopecks") + F("commission_kopecks")))["sum"]
    assert (came or 0) == gross
    told = Day.objects.aggregate(sum=Sum(F("expected_kopecks") - F("explained_kopecks") - F("gap_kopecks")))["sum"]
    assert told == came
    life.finish()
    assert proof.prove() == []
    assert not Day.objects.filter(closed_at__isnull=True, day__lt=life.today).exists()
    assert not Day.objects.exclude(gap_kopecks=0).exists()
