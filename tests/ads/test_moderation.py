"""Moderation and ads: grave words wait; hidden ads leave the board and give their award back, restored ones return."""

from __future__ import annotations

from datetime import datetime, timedelta

from dvor.ads import ads, firsts, moderated
from dvor.ads.models import Ad, First
from dvor.feed.models import Entry
from dvor.ledger import proof
from dvor.ledger import queries as ledger
from dvor.moderation import reports
from dvor.moderation.models import Case
from dvor.points.models import Reversal
from tests.ads.conftest import Poster, draft, new_key, photo, refused
from tests.cast import Cast

PHONE = draft(text="Звоните или пишите в телеграм https://t.me/divan, карта 4111 1111 1111 1111")


def available(cast: Cast) -> int:
    return ledger.balance(cast.anna.pk).available


def test_a_hidden_first_ad_gives_its_points_back_and_gets_them_again(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    assert available(cast) == 50
    for _twice in range(2):
        moderated.AD.hide(ad.pk, at + timedelta(days=2))
    assert available(cast) == 0 and not First.objects.exists()
    assert Reversal.objects.get().reason == "Объявление «Отдам диван» скрыто модератором."
    assert Entry.objects.get(subject=ad.subject).hidden_at
    for _twice in range(2):
        moderated.AD.restore(ad.pk, at + timedelta(days=5))
    assert available(cast) == 50
    ad.refresh_from_db()
    assert ad.hidden_at is None and ad.expires_at == at + timedelta(days=17), "hidden days are given back"
    assert Entry.objects.get(subject=ad.subject).hidden_at is None
    assert not proof.prove()


def test_points_of_an_old_ad_stay(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    moderated.AD.hide(ad.pk, at + timedelta(days=31))
    assert available(cast) == 50
    assert firsts.pay(ad, by=cast.anna, at=at + timedelta(days=32), again=True) is None


def test_after_a_reversal_the_next_decent_ad_is_the_first(cast: Cast, at: datetime, post: Poster) -> None:
    first = post()
    moderated.AD.hide(first.pk, at)
    post(draft(title="Отдам шкаф"))
    assert available(cast) == 50
    moderated.AD.restore(first.pk, at)
    assert available(cast) == 50, "once in a life"


def test_grave_words_wait_for_a_moderator_and_pay_only_then(cast: Cast, at: datetime) -> None:
    ad, award = ads.post(PHONE, house_id=cast.house.pk, by=cast.anna, at=at, key=new_key())
    assert ad.hidden_at and award is None and available(cast) == 0
    assert Case.objects.get().content_id == ad.pk
    assert not Entry.objects.filter(subject=ad.subject).exists()
    moderated.AD.restore(ad.pk, at)
    assert available(cast) == 50 and Entry.objects.get(subject=ad.subject).hidden_at is None


def test_an_edit_cannot_slip_past(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    assert ads.edit(PHONE, ad_id=ad.pk, by=cast.anna, at=at).hidden_at
    again = ads.edit(draft(text="Без контактов"), ad_id=ad.pk, by=cast.anna, at=at)
    assert again.hidden_at, "what was held waits for a moderator, whatever it says now"


def test_those_who_see_an_ad_may_report_it(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post(uploads=[photo()])
    content = moderated.AD.load([ad.pk, 10**9])
    assert set(content) == {ad.pk} and content[ad.pk].pictures == [f"/ads/{ad.pk}/pictures/{ad.pictures.get().pk}/"]
    report = reports.report(moderated.AD, ad.pk, reason=_reason(), by=cast.vera, at=at, key="k")
    assert report.case.author_id == cast.anna.pk
    for who in (cast.gleb, cast.ivan):
        with refused("content_unknown"):
            reports.report(moderated.AD, ad.pk, reason=_reason(), by=who, at=at, key="k")


def test_what_is_gone_is_left_alone(cast: Cast, at: datetime) -> None:
    for number in (0, 10**9):
        moderated.AD.hide(number, at)
        moderated.AD.restore(number, at)
    assert not Ad.objects.exists()


def _reason() -> str:
    from dvor.moderation.models import Reason

    return Reason.objects.order_by("position")[0].pk
