"""An order is taken back while the reward allows it, or its code is shown; never both."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.ledger import proof as ledger_proof
from dvor.ledger import queries as ledger
from dvor.ledger import wallets
from dvor.notices.models import Notice
from dvor.rewards import codes, orders, proof, queries
from dvor.rewards.models import Order, PromoCode
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points


def placed(shop: Shop, cast: Cast, at: datetime, **wishes: object) -> Order:
    reward = shop.voucher("HIDDEN-1", **{"cancel_hours": 24, **wishes})
    give_points(cast.anna, 300, at=at)
    return orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="a")


def refusal_of(act: object, **wishes: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(**wishes)  # type: ignore[operator]
    return caught.value


def test_points_return_to_the_lots_they_came_from(shop: Shop, cast: Cast, at: datetime) -> None:
    give_points(cast.anna, 40, at=at - timedelta(days=31))
    order = placed(shop, cast, at)
    before = ledger.expiring(cast.anna.pk, at.date())

    orders.cancel(order_id=order.pk, by=cast.anna, at=at + timedelta(hours=1))

    assert ledger.balance(cast.anna.pk).available == 340
    after = ledger.expiring(cast.anna.pk, at.date())
    assert after == [(date(2027, 9, 30), 40), (date(2027, 10, 31), 300)] and before != after
    assert ledger.account_balances("spent:") == {f"spent:{shop.partner.pk}": 0}
    assert ledger_proof.prove() == [] and proof.prove() == []


def test_a_cancelled_code_goes_to_somebody_else(shop: Shop, cast: Cast, at: datetime) -> None:
    order = placed(shop, cast, at)
    orders.cancel(order_id=order.pk, by=cast.anna, at=at)
    give_points(cast.boris, 100, at=at)

    other = orders.place(reward_id=order.reward_id, by=cast.boris, at=at, key="b")

    assert [code.text for code in codes.shown(orders.reveal(order_id=other.pk, by=cast.boris, at=at))] == ["HIDDEN-1"]
    order.refresh_from_db()
    assert codes.shown(order) == [] and proof.prove() == []


def test_cancelling_again_changes_nothing(shop: Shop, cast: Cast, at: datetime) -> None:
    order = placed(shop, cast, at)
    for hours in (1, 2, 100):
        done = orders.cancel(order_id=order.pk, by=cast.anna, at=at + timedelta(hours=hours))
        assert done.cancelled_at == at + timedelta(hours=1)
    assert ledger.balance(cast.anna.pk).available == 300
    assert Notice.objects.filter(kind="rewards.order_cancelled").count() == 1


def test_the_time_to_cancel_ends(shop: Shop, cast: Cast, at: datetime) -> None:
    order = placed(shop, cast, at)
    late = refusal_of(orders.cancel, order_id=order.pk, by=cast.anna, at=at + timedelta(hours=24))
    assert (late.code, late.status) == ("cancel_closed", 409)
    orders.cancel(order_id=order.pk, by=cast.anna, at=at + timedelta(hours=24, seconds=-1))


def test_a_final_order_stays(shop: Shop, cast: Cast, at: datetime) -> None:
    order = placed(shop, cast, at, cancel_hours=None)
    assert refusal_of(orders.cancel, order_id=order.pk, by=cast.anna, at=at).code == "order_final"


def test_a_shown_code_is_not_given_back(shop: Shop, cast: Cast, at: datetime) -> None:
    order = placed(shop, cast, at)
    orders.reveal(order_id=order.pk, by=cast.anna, at=at)
    assert refusal_of(orders.cancel, order_id=order.pk, by=cast.anna, at=at).code == "code_revealed"
    assert ledger.balance(cast.anna.pk).available == 200


def test_a_cancelled_order_shows_nothing(shop: Shop, cast: Cast, at: datetime) -> None:
    order = placed(shop, cast, at)
    orders.cancel(order_id=order.pk, by=cast.anna, at=at)
    assert refusal_of(orders.reveal, order_id=order.pk, by=cast.anna, at=at).code == "order_cancelled"


def test_showing_again_mails_once(shop: Shop, cast: Cast, at: datetime) -> None:
    order = placed(shop, cast, at)
    first = orders.reveal(order_id=order.pk, by=cast.anna, at=at)
    second = orders.reveal(order_id=order.pk, by=cast.anna, at=at + timedelta(days=9))
    assert first.revealed_at == second.revealed_at == at
    assert Notice.objects.filter(kind="rewards.code_issued").count() == 1


def test_a_donation_has_no_code_and_may_be_taken_back_if_it_says_so(shop: Shop, cast: Cast, at: datetime) -> None:
    give_points(cast.anna, 300, at=at)
    reward = shop.donation(units=10, cancel_hours=1)
    order = orders.place(reward_id=reward.pk, quantity=4, by=cast.anna, at=at, key="a")
    assert refusal_of(orders.reveal, order_id=order.pk, by=cast.anna, at=at).code == "order_without_code"
    orders.cancel(order_id=order.pk, by=cast.anna, at=at)
    assert queries.card(reward.pk, resident_id=None, at=at).remaining == 10
    assert proof.prove() == [] and ledger_proof.prove() == []


@pytest.mark.parametrize("act", [orders.cancel, orders.reveal])
def test_a_neighbour_finds_no_such_order(shop: Shop, cast: Cast, at: datetime, act: object) -> None:
    order = placed(shop, cast, at)
    for stranger in (cast.boris, cast.gleb, cast.olga):
        refusal = refusal_of(act, order_id=order.pk, by=stranger, at=at)
        assert (refusal.code, refusal.status) == ("order_unknown", 404)
    assert refusal_of(act, order_id=2**70, by=cast.anna, at=at).code == "order_unknown"


def test_a_blocked_resident_may_still_give_back(shop: Shop, cast: Cast, at: datetime) -> None:
    order = placed(shop, cast, at)
    wallets.block(resident_id=cast.anna.pk, reason="Проверка", by=cast.olga, at=at)
    orders.cancel(order_id=order.pk, by=cast.anna, at=at)
    assert ledger.balance(cast.anna.pk).available == 300


def test_several_codes_go_back_together(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("A-1", "A-2", "A-3", order_max=3, cancel_hours=24)
    give_points(cast.anna, 300, at=at)
    order = orders.place(reward_id=reward.pk, quantity=3, by=cast.anna, at=at, key="a")
    orders.cancel(order_id=order.pk, by=cast.anna, at=at, reason="Передумала")
    assert PromoCode.objects.filter(order__isnull=True).count() == 3
    assert Order.objects.get().cancelled_reason == "Передумала"
