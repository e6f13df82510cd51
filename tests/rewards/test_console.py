"""Operators see counts and states, act with a reason, and never see a code."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.people.models import Resident, Role
from dvor.rewards import orders, queries
from dvor.rewards.models import PromoCode, Reward
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points

REWARDS, ORDERS = "/console/rewards/reward/", "/console/rewards/order/"
CODES, DRAFT = "/console/reward-codes/", "/console/reward-draft/"


@pytest.fixture
def partner(shop: Shop, cast: Cast, at: datetime) -> Resident:
    Role.objects.create(resident=cast.gleb, name=Role.Name.PARTNER, organisation=shop.partner, granted_at=at)
    return cast.gleb


@pytest.fixture
def olga(client: Client, cast: Cast) -> Client:
    client.force_login(cast.olga)
    return client


def upload(*codes: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("codes.csv", "\n".join(["code", *codes]).encode())


def test_the_catalogue_shows_counts_and_no_code(olga: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("SECRET-1", "SECRET-2", "SECRET-3")
    give_points(cast.anna, 100, at=at)
    order = orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="a")
    assert queries.pool_counts([reward.pk]) == {reward.pk: (2, 1)}
    pages = [REWARDS, f"{REWARDS}{reward.pk}/change/", ORDERS, f"{ORDERS}{order.pk}/change/", CODES]
    for path in pages:
        answer = olga.get(path)
        assert answer.status_code == 200 and "SECRET" not in answer.content.decode()
    assert "2 + 1" in olga.get(pages[1]).content.decode()
    assert olga.get("/console/rewards/promocode/").status_code == 404


@pytest.mark.parametrize("action", ["withdraw", "reprice"])
def test_an_act_wants_a_reason(olga: Client, shop: Shop, action: str) -> None:
    reward = shop.voucher("A-1")
    asked = {"action": action, "_selected_action": reward.pk, "price": "70"}
    assert olga.post(REWARDS, asked).status_code == 200
    assert olga.post(REWARDS, {**asked, "confirmed": "yes", "reason": ""}).status_code == 422
    done = olga.post(REWARDS, {**asked, "confirmed": "yes", "reason": "По просьбе партнёра"})
    assert done.status_code == 302
    reward.refresh_from_db()
    assert (reward.withdrawn_at is not None) == (action == "withdraw") and (reward.price == 70) == (action == "reprice")
    assert AuditEntry.objects.filter(subject=f"reward:{reward.pk}", reason="По просьбе партнёра").exists()


def test_nothing_is_edited_or_deleted_by_rows(olga: Client, shop: Shop) -> None:
    reward = shop.voucher("A-1")
    olga.post(f"{REWARDS}{reward.pk}/change/", {"price": "1"})
    olga.post(f"{REWARDS}{reward.pk}/delete/", {"post": "yes"})
    reward.refresh_from_db()
    assert reward.price == 100
    assert olga.get(f"{REWARDS}add/").status_code == 403


def test_codes_are_loaded_with_a_reason_and_reported_masked(olga: Client, shop: Shop) -> None:
    reward = shop.voucher("SECRET-000")
    sent = {"reward": reward.pk, "file": upload("SECRET-001", "SECRET-000", "X"), "reason": "Новая партия"}
    page = olga.post(CODES, sent)
    text = page.content.decode()
    assert page.status_code == 200 and "SECRET" not in text and "••••00" in text
    assert PromoCode.objects.count() == 2
    assert AuditEntry.objects.filter(act="rewards.codes.import_asked", reason="Новая партия").exists()
    assert olga.post(CODES, {**sent, "file": upload("SECRET-002"), "reason": ""}).status_code == 422
    assert olga.post(CODES, {**sent, "file": SimpleUploadedFile("x.csv", b"%PDF")}).status_code == 422


def test_a_reward_is_drafted_on_a_page(olga: Client, shop: Shop) -> None:
    filled = {
        "category": shop.voucher("A-1").category_id, "kind": "voucher", "partner": shop.partner.pk, "price": "90",
        "level_min": "2", "order_max": "1", "valid_until": "2026-12-31", "reason": "Договор 17",
        **{f"{name}_{language}": "Текст" for name in ("titles", "summary", "terms") for language in ("ru", "en")},
    }  # fmt: skip
    assert olga.post(DRAFT, {**filled, "price": "0"}).status_code == 422
    assert olga.post(DRAFT, {**filled, "units": "5"}).status_code == 422
    answer = olga.post(DRAFT, filled)
    made = Reward.objects.latest("pk")
    assert answer.status_code == 302 and str(made.pk) in answer["Location"]
    assert (made.price, made.level_min, made.published_at) == (90, 2, None)


def test_a_partner_sees_its_own_alone(client: Client, shop: Shop, cast: Cast, at: datetime, partner: Resident) -> None:
    ours, theirs = shop.voucher("OURS-1"), shop.donation()
    give_points(cast.anna, 500, at=at)
    our_order = orders.place(reward_id=ours.pk, by=cast.anna, at=at, key="a")
    their_order = orders.place(reward_id=theirs.pk, by=cast.anna, at=at, key="b")
    client.force_login(partner)

    rewards_page, orders_page = client.get(REWARDS).content.decode(), client.get(ORDERS).content.decode()

    assert f"{REWARDS}{ours.pk}/" in rewards_page and f"{REWARDS}{theirs.pk}/" not in rewards_page
    assert f"{ORDERS}{our_order.pk}/" in orders_page and f"{ORDERS}{their_order.pk}/" not in orders_page
    assert "Сергеева" not in orders_page and "С•••" not in orders_page
    assert client.get(ORDERS, {"q": str(cast.anna.pk + 10_000)}).status_code == 200
    client.post(REWARDS, {"action": "reprice", "_selected_action": ours.pk, "confirmed": "yes", "reason": "Дешевле",
                          "price": "1"})  # fmt: skip
    client.post(REWARDS, {"action": "withdraw", "_selected_action": theirs.pk, "confirmed": "yes", "reason": "Чужое"})
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert ours.price == 100 and theirs.withdrawn_at is None
    other = shop.voucher(partner_id=shop.fund.pk)
    assert (
        client.post(CODES, {"reward": other.pk, "file": upload("ABCD"), "reason": "Чужое поощрение"}).status_code == 422
    )
    mine = client.post(CODES, {"reward": ours.pk, "file": upload("OURS-2"), "reason": "Новая партия"})
    assert mine.status_code == 200 and PromoCode.objects.filter(reward=ours).count() == 2


@pytest.mark.parametrize("who", ["anna", "ivan"])
@pytest.mark.parametrize("path", [REWARDS, ORDERS, CODES, DRAFT])
def test_others_see_nothing(client: Client, shop: Shop, cast: Cast, who: str, path: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(path).status_code in (302, 303, 403)
