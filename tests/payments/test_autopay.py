"""Consent to automatic payment: who may give it, what replaces and ends it; means of payment that are removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.payments import autopay, intents, methods, outcomes, runs
from dvor.payments.intents import Share
from dvor.payments.models import Autopay, AutopayRun, Method, Source
from dvor.people.models import Resident
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.consent import agreed, kept
from tests.payments.paper import billed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def new_bill(cast: Cast, at: datetime) -> Callable[..., Bill]:
    """A bill that comes after the consent."""
    return lambda **more: billed(cast.flat, 100_000, 5_000, 10_000, issued_at=at + timedelta(hours=1), **more)


def test_a_neighbours_consent_is_in_the_way_and_ones_own_is_replaced(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]
) -> None:
    agreed(cast, at)
    new_bill()
    runs.announce(at=at + timedelta(hours=1))
    with pytest.raises(Refusal) as refused:
        autopay.give(
            flat_id=cast.flat.pk, method_id=kept(cast.boris, at, "2").pk, ceiling_kopecks=1_000,
            with_insurance=False, by=cast.boris, at=at,
        )  # fmt: skip
    assert refused.value.code == "autopay_taken"
    fresh = autopay.give(
        flat_id=cast.flat.pk, method_id=Method.objects.get(resident=cast.anna).pk, ceiling_kopecks=300_000,
        with_insurance=False, by=cast.anna, at=at + timedelta(hours=2),
    )  # fmt: skip
    assert AutopayRun.objects.get().autopay == fresh, "what was announced goes on"
    bank.at = at + timedelta(days=3)
    assert runs.pay(at=bank.at) == 1


@pytest.mark.parametrize("who", ["gleb", "vera", "olga"])
def test_only_who_may_pay_may_agree(cast: Cast, at: datetime, who: str) -> None:
    resident: Resident = getattr(cast, who)
    with pytest.raises(Refusal) as refused:
        autopay.give(
            flat_id=cast.flat.pk, method_id=kept(resident, at).pk, ceiling_kopecks=1_000, with_insurance=False,
            by=resident, at=at,
        )  # fmt: skip
    assert refused.value.status in (403, 404)


def test_other_peoples_methods_consents_and_runs_do_not_exist(
    cast: Cast, at: datetime, new_bill: Callable[..., Bill]
) -> None:
    consent = agreed(cast, at)
    new_bill()
    runs.announce(at=at + timedelta(hours=1))
    for act in (
        lambda: methods.remove(consent.method_id, by=cast.gleb, at=at),
        lambda: autopay.end(consent.pk, by=cast.gleb, at=at),
        lambda: autopay.stop(AutopayRun.objects.get().pk, by=cast.gleb, at=at),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.status == 404


def test_a_removed_means_is_forgotten_and_may_be_agreed_to_again(
    cast: Cast, at: datetime, bank: Bank, bill: Bill
) -> None:
    payment = intents.start([Share(bill.pk, 1_000)], by=cast.anna, at=at, key="a", keep_method=True)
    payment = intents.send(payment.pk, at=at)
    bank.press(str(payment.acquirer_id))
    outcomes.look(payment.pk, source=Source.POLL, at=at)
    method = Method.objects.get()
    methods.remove(method.pk, by=cast.anna, at=at)
    assert methods.forget(at=at) == 0
    assert methods.forget(at=at + timedelta(days=3)) == 1
    assert bytes(Method.objects.get().sealed_token) == b""
    with pytest.raises(Refusal):
        intents.start([Share(bill.pk)], by=cast.anna, at=at, key="b", method_id=method.pk)


def test_the_pages_give_stop_and_end(cast: Cast, at: datetime, client: Client, new_bill: Callable[..., Bill]) -> None:
    method = kept(cast.anna, at)
    client.force_login(cast.anna)
    address = f"/payments/auto/{cast.flat.pk}/"
    filled = {"method": method.pk, "ceiling": "2 000,00", "agreed": "on"}
    for missing in filled:
        answer = client.post(address, {name: value for name, value in filled.items() if name != missing})
        assert answer.status_code == 422, missing
    assert client.post(address, filled).status_code == 303
    consent = Autopay.objects.get()
    assert (consent.ceiling_kopecks, consent.with_insurance) == (200_000, False)
    Autopay.objects.update(consented_at=at)
    new_bill()
    runs.announce(at=at + timedelta(hours=1))
    page = client.get("/payments/auto/").content.decode()
    assert "будет оплачен" in page and "Не платить" in page
    assert client.post(f"/payments/auto/runs/{AutopayRun.objects.get().pk}/stop/").status_code == 303
    assert "отменён вами" in client.get("/payments/auto/").content.decode()
    assert client.post(f"/payments/methods/{method.pk}/remove/").status_code == 303
    consent.refresh_from_db()
    assert consent.ended_reason == "method_removed"


@pytest.mark.parametrize(
    "path", ["auto/{flat}/", "auto/{consent}/end/", "auto/runs/{run}/stop/", "methods/{method}/remove/"]
)
def test_a_strangers_page_does_not_exist(
    cast: Cast, at: datetime, client: Client, new_bill: Callable[..., Bill], path: str
) -> None:
    consent = agreed(cast, at)
    new_bill()
    runs.announce(at=at + timedelta(hours=1))
    client.force_login(cast.gleb)
    known = {
        "flat": cast.flat.pk,
        "consent": consent.pk,
        "run": AutopayRun.objects.get().pk,
        "method": consent.method_id,
    }
    assert client.post(f"/payments/{path.format(**known)}").status_code == 404
    consent.refresh_from_db()
    assert consent.ended_at is None
