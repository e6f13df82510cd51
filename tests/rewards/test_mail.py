"""The mail about a code carries it in its text and its attachments; nothing that is stored does."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core import mail

from dvor.notices import kinds as notice_kinds
from dvor.notices.channels.letters import compose
from dvor.notices.models import Notice
from dvor.notices.wording import word
from dvor.rewards import kinds, orders
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points


def composed(notice: Notice) -> mail.EmailMessage:
    kind = notice_kinds.find(notice.kind)
    assert kind is not None
    return compose(notice, kind)


def test_the_code_and_its_picture_are_attached(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("SECRET-1", "SECRET-2", order_max=2)
    give_points(cast.anna, 200, at=at)
    order = orders.place(reward_id=reward.pk, quantity=2, by=cast.anna, at=at, key="a")

    message = composed(Notice.objects.get(kind="rewards.code_issued"))

    names = [name for name, _content, _mime in message.attachments]
    assert names == [f"promo-code-{order.pk}.txt", f"qr-{order.pk}-1.png", f"qr-{order.pk}-2.png"]
    letter, picture = message.attachments[0][1], message.attachments[1][1]
    text = letter if isinstance(letter, str) else letter.decode()
    assert "SECRET-1" in text and "SECRET-2" in text and "Покажите код на кассе" in text
    assert picture.startswith(b"\x89PNG")
    assert "SECRET-1" in message.body and "SECRET-2" in message.body
    assert "SECRET" not in message.subject and "SECRET" not in str(Notice.objects.values_list("context"))
    page = word(kinds.CODE_ISSUED, Notice.objects.get(kind="rewards.code_issued").context, language="ru")
    assert "SECRET" not in page.subject + page.body and "странице заказа" in page.body
    assert "Кофе в кофейне" in message.subject and "100" not in message.subject


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_fact_has_words_in_both_languages(shop: Shop, cast: Cast, at: datetime, language: str) -> None:
    give_points(cast.anna, 500, at=at)
    cast.anna.language = language
    cast.anna.save()
    open_ = shop.voucher("A-1", "A-2", cancel_hours=24)
    order = orders.place(reward_id=open_.pk, by=cast.anna, at=at, key="a")
    orders.cancel(order_id=order.pk, by=cast.anna, at=at)
    orders.place(reward_id=shop.voucher("B-1").pk, by=cast.anna, at=at, key="b")
    orders.place(reward_id=shop.donation().pk, by=cast.anna, at=at, key="c")
    told = [composed(notice) for notice in Notice.objects.filter(kind__startswith="rewards.")]
    assert len(told) == 4
    for message in told:
        russian = any("а" <= letter <= "я" for letter in message.subject.lower())
        assert russian == (language == "ru") and "{" not in message.body and len(message.body) > 40


def test_a_mail_that_leaves_after_the_order_is_gone_has_no_code(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("SECRET-1")
    give_points(cast.anna, 100, at=at)
    orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="a")
    notice = Notice.objects.get(kind="rewards.code_issued")
    notice.resident = cast.gleb
    stolen = composed(notice)
    assert stolen.attachments == [] and "SECRET" not in stolen.body
