"""Answers: a talk of two, begun by the neighbour, told to the other one, closed to everybody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from dvor.ads import endings, moderated, queries, replies
from dvor.ads.models import Ad, Reply
from dvor.notices.models import Notice
from dvor.people.models import Resident
from tests.ads.conftest import Poster, new_key, refused
from tests.cast import Cast


def say(ad: Ad, by: Resident, at: datetime, text: str = "Ещё отдаёте?", *, to: Resident | None = None) -> Reply:
    resident = to or by
    return replies.send(text, ad_id=ad.pk, resident_id=resident.pk, by=by, at=at, key=new_key())


def test_a_neighbour_asks_and_the_author_answers(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    say(ad, cast.boris, at)
    told = Notice.objects.get(kind="ads.reply_came")
    assert told.resident_id == cast.anna.pk and told.url == f"/ads/{ad.pk}/talks/{cast.boris.pk}/"
    assert told.context["name"] == "Борис" and "Сергеев" not in str(told.context) and "@" not in str(told.context)
    say(ad, cast.anna, at, "Да, заходите.", to=cast.boris)
    assert set(Notice.objects.filter(kind="ads.reply_came").values_list("resident", flat=True)) == {
        cast.anna.pk, cast.boris.pk,
    }  # fmt: skip
    _ad, lines = queries.talk(ad.pk, cast.boris.pk, by=cast.boris)
    assert [(line.writer.first_name, line.text) for line in lines] == [
        ("Борис", "Ещё отдаёте?"), ("Анна", "Да, заходите."),
    ]  # fmt: skip


def test_the_same_key_is_the_same_line(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    for _twice in range(2):
        replies.send("Привет", ad_id=ad.pk, resident_id=cast.boris.pk, by=cast.boris, at=at, key="k")
    assert Reply.objects.count() == Notice.objects.filter(kind="ads.reply_came").count() == 1
    with refused("idempotency_key_reused"):
        replies.send("Пока", ad_id=ad.pk, resident_id=cast.boris.pk, by=cast.boris, at=at, key="k")


def test_nobody_else_reads_or_writes(cast: Cast, at: datetime, post: Poster, client: Client) -> None:
    ad = post()
    say(ad, cast.boris, at, "Секрет")
    for who, to in ((cast.vera, cast.boris), (cast.gleb, cast.gleb), (cast.gleb, cast.boris), (cast.olga, cast.boris)):
        with refused("ad_unknown"):
            say(ad, who, at, to=to)
        client.force_login(who)
        with time_machine.travel(at, tick=False):
            assert client.get(f"/ads/{ad.pk}/talks/{cast.boris.pk}/").status_code == 404
            sent = client.post(f"/ads/{ad.pk}/talks/{to.pk}/reply/", {"text": "Я тут", "key": new_key()})
        assert sent.status_code == 404 and not moderated.REPLY.sees(who, Reply.objects.get().pk)  # type: ignore[misc]
    assert Reply.objects.count() == 1


def test_the_author_answers_and_never_begins(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    for to in (cast.boris, cast.gleb, cast.anna):
        with refused("talk_unknown"):
            say(ad, cast.anna, at, to=to)


@pytest.mark.parametrize(
    ("text", "code"), [("", "text_missing"), (" \u200b\n", "text_missing"), ("я" * 1001, "text_too_long")]
)
def test_empty_and_endless_lines_are_refused(cast: Cast, at: datetime, post: Poster, text: str, code: str) -> None:
    with refused(code):
        say(post(), cast.boris, at, text)


def test_a_talk_outlives_the_ad_by_a_month(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    say(ad, cast.boris, at)
    endings.finish(ad_id=ad.pk, by=cast.anna, at=at)
    with refused("ad_over"):
        say(ad, cast.vera, at)
    say(ad, cast.anna, at + timedelta(days=29), "Уже отдал", to=cast.boris)
    with refused("ad_over"):
        say(ad, cast.boris, at + timedelta(days=31))


def test_what_is_read_is_no_longer_new(cast: Cast, at: datetime, post: Poster, client: Client) -> None:
    ad = post()
    say(ad, cast.boris, at)
    say(ad, cast.boris, at, "И шкаф?")
    assert queries.mine(cast.anna)[0].unseen == 2  # type: ignore[attr-defined]
    client.force_login(cast.anna)
    with time_machine.travel(at, tick=False):
        assert "И шкаф?" in client.get(f"/ads/{ad.pk}/talks/{cast.boris.pk}/").content.decode()
    assert queries.mine(cast.anna)[0].unseen == 0  # type: ignore[attr-defined]


def test_an_answer_that_asks_for_codes_waits_for_a_moderator(
    cast: Cast, at: datetime, post: Poster, client: Client
) -> None:
    ad = post()
    reply = say(ad, cast.boris, at, "Скиньте номер карты 4111 1111 1111 1111 и код из смс, переведу")
    reply.refresh_from_db()
    assert reply.hidden_at and not Notice.objects.filter(kind="ads.reply_came").exists()
    client.force_login(cast.anna)
    with time_machine.travel(at, tick=False):
        assert "4111" not in client.get(f"/ads/{ad.pk}/talks/{cast.boris.pk}/").content.decode()
        assert "4111" not in client.get(f"/ads/{ad.pk}/").content.decode()
