"""The migration that turned answers to ads into talks: nothing lost, nothing twice, what was read is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dvor.chats import about, access, queries
from dvor.chats.models import Chat, Message, Seat
from dvor.moderation.models import Case
from dvor.notices.models import Notice, Preference
from tests.ads.conftest import Poster, draft
from tests.cast import Cast

Tell = Callable[..., Any]


@pytest.fixture
def reply(db: None, at: datetime) -> Tell:
    """Writes a row of the table as it was; it is there until the test ends."""
    state = MigrationExecutor(connection).loader.project_state(("ads", "0001_initial"))
    model: Any = state.apps.get_model("ads", "Reply")
    with connection.schema_editor() as editor:
        editor.create_model(model)

    def reply(ad: Any, resident: Any, writer: Any, minutes: int, **more: object) -> Any:
        told = {"text": f"Слово {minutes}", "key": f"k{minutes}", "sent_at": at + timedelta(minutes=minutes), **more}
        return model.objects.create(ad_id=ad.pk, resident_id=resident.pk, writer_id=writer.pk, **told)

    return reply


def move() -> None:
    with connection.cursor() as cursor:
        cursor.execute(import_module("dvor.ads.migrations.0002_answers_are_talks").MOVE)
        cursor.execute("set constraints all immediate")


def test_each_talk_keeps_its_words_in_their_order(reply: Tell, cast: Cast, at: datetime, post: Poster) -> None:
    sofa, stool = post(), post(draft(title="Отдам стул"))
    reply(sofa, cast.boris, cast.boris, 1, seen_at=at)
    reply(stool, cast.boris, cast.boris, 2)
    reply(sofa, cast.vera, cast.vera, 3, hidden_at=at)
    reply(sofa, cast.boris, cast.anna, 4, seen_at=at)
    reply(sofa, cast.boris, cast.boris, 5, seen_at=at)
    reply(sofa, cast.boris, cast.anna, 6)
    reply(stool, cast.boris, cast.boris, 7)
    move()
    assert Chat.objects.count() == 3 and Message.objects.count() == 7
    talk = Chat.objects.get(topic=sofa.subject, second=max(cast.anna.pk, cast.boris.pk))
    rows = list(talk.messages.order_by("pk").values_list("writer", "text", "key", "revision", "sent_at"))
    assert [row[:4] for row in rows] == [
        (cast.boris.pk, "Слово 1", "k1", 1), (cast.anna.pk, "Слово 4", "k4", 2),
        (cast.boris.pk, "Слово 5", "k5", 3), (cast.anna.pk, "Слово 6", "k6", 4),
    ]  # fmt: skip
    assert rows[0][4] == at + timedelta(minutes=1)
    for chat in Chat.objects.all():
        last = chat.messages.order_by("-pk")[0]
        assert (chat.last_id, chat.revision) == (last.pk, last.revision) == (last.pk, chat.messages.count())
        assert chat.opened_at == chat.messages.order_by("pk")[0].sent_at
    assert Message.objects.get(text="Слово 3").hidden_at == at


def test_what_was_read_is_read(reply: Tell, cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    reply(ad, cast.boris, cast.boris, 1, seen_at=at)
    reply(ad, cast.boris, cast.anna, 2, seen_at=at)
    reply(ad, cast.boris, cast.anna, 3)
    reply(ad, cast.vera, cast.vera, 4)
    move()
    assert Seat.objects.count() == 4
    unread = {
        (who.first_name, talk.name): talk.unread
        for who in (cast.anna, cast.boris, cast.vera)
        for talk in about.talks(ad.subject, by=who, at=at)
    }
    assert unread == {
        ("Анна", "Борис Сергеев"): 0, ("Анна", "Вера К."): 1, ("Борис", "Анна Сергеева"): 1, ("Вера", "Анна С."): 0,
    }  # fmt: skip
    [newest, older] = [card for card in queries.cards(access.of(cast.anna, at=at), at=at) if card.is_talk]
    assert newest.said and newest.said.text == "Слово 4" and older.last_id < newest.last_id


def test_cases_notices_and_choices_follow(reply: Tell, cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    was = reply(ad, cast.boris, cast.boris, 1)
    copies = [{"at": "then", "text": "Слово 1", "url": f"/ads/{ad.pk}/talks/1/", "pictures": []}]
    Case.objects.create(kind="ad_reply", content_id=was.pk, opened_at=at, copies=copies)
    gone = Case.objects.create(kind="ad_reply", content_id=10**6, opened_at=at)
    Case.objects.create(kind="ad", content_id=was.pk, opened_at=at)
    told = {"resident": cast.anna, "told_at": at, "on_page": True, "by_mail": False,
            "batch": "00000000-0000-0000-0000-000000000000"}  # fmt: skip
    Notice.objects.create(kind="ads.reply_came", key=f"reply:{was.pk}", url=f"/ads/{ad.pk}/talks/1/", **told)
    Preference.objects.create(
        resident=cast.anna, kind="ads.reply_came", channel="mail", wanted=False, chosen_at=at
    )  # fmt: skip
    Preference.objects.create(
        resident=cast.boris, kind="ads.reply_came", channel="mail", wanted=False, chosen_at=at
    )  # fmt: skip
    Preference.objects.create(
        resident=cast.boris, kind="chats.message_came", channel="mail", wanted=True, chosen_at=at
    )  # fmt: skip
    move()
    message = Message.objects.get()
    case = Case.objects.get(kind="message", content_id=message.pk)
    assert case.copies == [{**copies[0], "url": f"/chats/messages/{message.pk}/"}]
    gone.refresh_from_db()
    assert (gone.kind, gone.content_id, gone.copies) == ("message", -(10**6), [])
    notice = Notice.objects.get()
    assert (notice.kind, notice.url) == ("chats.message_came", f"/chats/{message.chat_id}/")
    assert set(Preference.objects.values_list("resident", "kind", "wanted")) == {
        (cast.anna.pk, "chats.message_came", False), (cast.boris.pk, "chats.message_came", True),
    }  # fmt: skip


def test_a_board_without_answers_stays_as_it_is(reply: Tell, cast: Cast, post: Poster) -> None:
    post()
    move()
    assert not Chat.objects.exists()
