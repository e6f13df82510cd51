"""Operators change the catalogue by acts, each with its right, its reason and its line in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.people.models import Resident, Role
from dvor.rewards import catalogue, queries
from dvor.rewards.models import Reward
from tests.cast import Cast
from tests.rewards.shop import TEXTS, Shop


@pytest.fixture
def partner(shop: Shop, cast: Cast, at: datetime) -> Resident:
    """Gleb works for the partner."""
    Role.objects.create(resident=cast.gleb, name=Role.Name.PARTNER, organisation=shop.partner, granted_at=at)
    return cast.gleb


def draft(shop: Shop, **wishes: Any) -> catalogue.Draft:
    values = {"category": "promo", "kind": "voucher", "partner_id": shop.partner.pk, "price": 100, **TEXTS}
    return catalogue.Draft(**{**values, **wishes})


def refusal_of(act: Any, *given: Any, **wishes: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*given, **wishes)
    return caught.value


def test_a_reward_is_drafted_published_withdrawn_and_published_again(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = catalogue.draft(draft(shop), by=cast.olga, at=at)
    assert queries.shelf(queries.Wanted(), resident_id=None, at=at).found == 0
    published = catalogue.publish(reward_id=reward.pk, by=cast.olga, at=at)
    assert queries.shelf(queries.Wanted(), resident_id=None, at=at).found == 1
    catalogue.withdraw(reward_id=reward.pk, reason="Ремонт", by=cast.olga, at=at)
    assert queries.shelf(queries.Wanted(), resident_id=None, at=at).found == 0
    again = catalogue.publish(reward_id=reward.pk, by=cast.olga, at=at)
    assert again.account == published.account and again.published_at == published.published_at
    acts = AuditEntry.objects.filter(subject=f"reward:{reward.pk}").order_by("pk").values_list("act", "reason")
    assert [act.rpartition(".")[2] for act, _reason in acts] == ["drafted", "published", "withdrawn", "published"]
    assert acts[2][1] == "Ремонт"


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"category": "nothing"}, "category"),
        ({"partner_id": 10**9}, "partner"),
        ({"kind": "elephant"}, "kind"),
        ({"price": 0}, "price"),
        ({"price": 10**9}, "price"),
        ({"order_max": 0}, "order_max"),
        ({"order_max": 101}, "order_max"),
        ({"month_max": 0}, "month_max"),
        ({"lifetime_max": -1}, "lifetime_max"),
        ({"cancel_hours": 0}, "cancel_hours"),
        ({"units": 5}, "units"),
        ({"titles": {"ru": "Только"}}, "titles_en"),
        ({"summary": {"ru": " ", "en": "x"}}, "summary_ru"),
        ({"terms": {"ru": "x" * 4_001, "en": "x"}}, "terms_ru"),
    ],
)
def test_a_crooked_draft_says_which_field(shop: Shop, cast: Cast, at: datetime, wishes: Any, field: str) -> None:
    refusal = refusal_of(catalogue.draft, draft(shop, **wishes), by=cast.olga, at=at)
    assert (refusal.field, refusal.status) == (field, 422)
    assert not Reward.objects.exists()


def test_a_management_company_is_no_partner(shop: Shop, cast: Cast, at: datetime) -> None:
    refusal = refusal_of(catalogue.draft, draft(shop, partner_id=cast.company.pk), by=cast.olga, at=at)
    assert refusal.code == "partner_unknown"


def test_acts_want_a_reason_and_fit_the_state(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("A-1234")
    common = {"reward_id": reward.pk, "by": cast.olga, "at": at}
    assert refusal_of(catalogue.withdraw, reason=" ", **common).code == "reason_missing"
    assert refusal_of(catalogue.reprice, price=5, reason="", **common).code == "reason_missing"
    assert refusal_of(catalogue.reprice, price=0, reason="Даром", **common).code == "number_wrong"
    assert refusal_of(catalogue.publish, **common).code == "reward_published"
    catalogue.withdraw(reason="Всё", **common)
    assert refusal_of(catalogue.withdraw, reason="Ещё раз", **common).code == "reward_not_published"
    assert refusal_of(catalogue.publish, reward_id=10**12, by=cast.olga, at=at).code == "reward_unknown"


def test_texts_are_corrected_in_both_languages(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("A-1234")
    new = {"titles": {"ru": "Какао", "en": "Cocoa"}}
    catalogue.correct(reward_id=reward.pk, texts=new, reason="Опечатка", by=cast.olga, at=at)
    assert queries.card(reward.pk, resident_id=None, at=at).titles == new["titles"]


def test_a_partner_drafts_and_withdraws_its_own_but_the_city_sets_offers_and_prices(
    shop: Shop, cast: Cast, at: datetime, partner: Resident
) -> None:
    reward = catalogue.draft(draft(shop), by=partner, at=at)
    common = {"reward_id": reward.pk, "at": at}
    for act, more in (
        (catalogue.publish, {}),
        (catalogue.reprice, {"price": 5, "reason": "Скидка"}),
        (catalogue.correct, {"texts": {}, "reason": "Опечатка"}),
    ):
        assert refusal_of(act, by=partner, **common, **more).code == "not_allowed"
    catalogue.publish(by=cast.olga, **common)
    catalogue.withdraw(by=partner, reason="Закончились", **common)
    theirs = shop.donation()
    assert refusal_of(catalogue.draft, draft(shop, partner_id=shop.fund.pk), by=partner, at=at).code == "not_allowed"
    assert refusal_of(catalogue.withdraw, reward_id=theirs.pk, reason="Чужое", by=partner, at=at).code == "not_allowed"


@pytest.mark.parametrize("who", ["anna", "ivan"])
def test_others_change_nothing(shop: Shop, cast: Cast, at: datetime, who: str) -> None:
    reward = shop.voucher("A-1234")
    stranger = getattr(cast, who)
    assert refusal_of(catalogue.draft, draft(shop), by=stranger, at=at).code == "not_allowed"
    for act, more in (
        (catalogue.withdraw, {"reason": "Так"}),
        (catalogue.reprice, {"price": 1, "reason": "Так"}),
        (catalogue.correct, {"texts": {}, "reason": "Так"}),
    ):
        assert refusal_of(act, reward_id=reward.pk, by=stranger, at=at, **more).code == "not_allowed"
