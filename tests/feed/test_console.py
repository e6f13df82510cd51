"""The console: news and outages are written in two steps, for one's own houses, and moderators hide cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.feed import kinds
from dvor.feed.models import Audience, Entry, News, Outage, Service
from dvor.homes.models import House
from dvor.notices.models import Notice
from dvor.people.models import Role
from tests.cast import Cast
from tests.feed.conftest import some_news


@pytest.fixture(autouse=True)
def _today(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def ivan(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ivan)
    return client


def news_of(cast: Cast, **more: object) -> dict[str, object]:
    return {"company": cast.company.pk, "title": "Промывка", "body": "В среду.", "audience": Audience.HOUSES.value,
            "houses": "1001", "key": "k1", **more}  # fmt: skip


def outage_of(cast: Cast, **more: object) -> dict[str, object]:
    return {"company": cast.company.pk, "service": Service.LIFT.value, "starts": "2026-10-21T10:00",
            "ends": "2026-10-21T12:00", "audience": Audience.HOUSES.value, "houses": "Садовая улица, дом 1",
            "key": "k2", **more}  # fmt: skip


def test_news_is_looked_at_before_it_is_published(ivan: Client, cast: Cast) -> None:
    page = ivan.post("/console/feed/news/new/", news_of(cast)).content.decode()
    assert "Жителей в «Дворе»: 3" in page and "Промывка" in page and not News.objects.exists()
    page = ivan.post("/console/feed/news/new/", news_of(cast, step="edit")).content.decode()
    assert 'value="Промывка"' in page and not News.objects.exists()
    for _click in range(2):
        answer = ivan.post("/console/feed/news/new/", news_of(cast, step="publish"))
        assert answer.status_code == 302
    assert News.objects.count() == 1 and Entry.objects.get().house_id == cast.house.pk


def test_an_outage_keeps_the_hours_of_the_house(ivan: Client, cast: Cast) -> None:
    House.objects.filter(pk=cast.house.pk).update(time_zone="Asia/Yekaterinburg")
    page = ivan.post("/console/feed/outages/new/", outage_of(cast)).content.decode()
    assert "21 октября, 10:00–12:00" in page and not Outage.objects.exists()
    assert ivan.post("/console/feed/outages/new/", outage_of(cast, step="publish")).status_code == 302
    outage = Outage.objects.get()
    assert outage.starts_at.isoformat() == "2026-10-21T05:00:00+00:00"
    assert Notice.objects.filter(kind="feed.planned").count() == 3
    page = ivan.get(f"/console/feed/outage/{outage.pk}/change/").content.decode()
    assert "21 октября 2026, 10:00" in page
    change = {"action": "change", "_selected_action": outage.pk, "confirmed": "1", "starts": "2026-10-22T10:00",
              "ends": "2026-10-22T12:00", "details": "", "reason": "просили жители"}  # fmt: skip
    ivan.post("/console/feed/outage/", change)
    outage.refresh_from_db()
    assert outage.starts_at.isoformat() == "2026-10-22T05:00:00+00:00"
    ivan.post("/console/feed/outage/", {"action": "cancel", "_selected_action": outage.pk, "confirmed": "1",
                                        "reason": "не понадобилось"})  # fmt: skip
    outage.refresh_from_db()
    assert outage.withdrawn_reason == "не понадобилось"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"houses": ""}, "Не нашлось ни одного дома"),
        ({"houses": "1002"}, "Не всеми этими домами управляет компания"),
        ({"houses": "777"}, "Дом не найден"),
        ({"houses": "улица Лунная"}, "Дом не найден"),
        ({"houses": "\n".join(map(str, range(600)))}, "Не больше домов"),
        ({"ends": "2026-10-21T09:00"}, "Окончание должно быть позже"),
        ({"ends": ""}, "Укажите, когда закончится"),
        ({"starts": "когда-нибудь"}, "Введите день и час"),
        ({"entrances": "первый"}, "Номера подъездов"),
        ({"entrances": "77"}, "нет такого подъезда"),
        ({"audience": Audience.DISTRICT.value}, "Выберите корректный вариант"),
        ({"company": ""}, "Обязательное поле"),
        ({"details": "я" * 1001}, "1000"),
        ({"service": "99"}, "Выберите корректный вариант"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(ivan: Client, cast: Cast, change: dict[str, object], told: str) -> None:
    for step in ("look", "publish"):
        answer = ivan.post("/console/feed/outages/new/", outage_of(cast, step=step, **change))
        assert answer.status_code == 422 and told in answer.content.decode()
    assert not Outage.objects.exists()


@pytest.mark.parametrize(("role", "status"), [(Role.Name.MODERATOR, 403), (Role.Name.ACCOUNTANT, 403), (None, 302)])
def test_who_may_not_write_does_not_reach_the_pages(
    client: Client, cast: Cast, at: datetime, role: str | None, status: int
) -> None:
    if role:
        Role.objects.create(resident=cast.gleb, name=role, granted_at=at)
    client.force_login(cast.gleb)
    for path in (
        "/console/feed/news/new/",
        "/console/feed/outages/new/",
        "/console/feed/news/",
        "/console/feed/outage/",
    ):
        assert client.get(path).status_code == status, path


def test_a_company_sees_what_it_wrote_itself(ivan: Client, cast: Cast, at: datetime) -> None:
    some_news(cast, at, "Своя новость")
    olgas = News.objects.create(
        title="Городская новость", body="x", audience=Audience.HOUSES, key="c", written_at=at, written_by=cast.olga
    )
    page = ivan.get("/console/feed/news/").content.decode()
    assert "Своя новость" in page and "Городская новость" not in page
    ivan.post("/console/feed/news/", {"action": "withdraw", "_selected_action": olgas.pk, "confirmed": "1",
                                      "reason": "чужая новость"})  # fmt: skip
    olgas.refresh_from_db()
    assert olgas.withdrawn_at is None


def test_a_moderator_hides_a_card_and_shows_it_again(
    client: Client, cast: Cast, at: datetime, publish: Callable[..., int]
) -> None:
    Role.objects.create(resident=cast.gleb, name=Role.Name.MODERATOR, granted_at=at)
    client.force_login(cast.gleb)
    number = publish(kinds.NEWS, cast.house.pk, "Спорная карточка", subject="news:77")
    assert "Спорная карточка" not in client.get("/console/feed/entry/").content.decode()
    for typed in (number, "news:77"):
        assert "Спорная карточка" in client.get(f"/console/feed/entry/?q={typed}").content.decode()
    for action, hidden in (("hide", True), ("show", False)):
        client.post(f"/console/feed/entry/?q={number}", {
            "action": action, "_selected_action": number, "confirmed": "1", "reason": "жалоба соседей"})  # fmt: skip
        assert (Entry.objects.get().hidden_at is not None) == hidden
    assert set(AuditEntry.objects.values_list("act", flat=True)) >= {"feed.entry.hidden", "feed.entry.restored"}
