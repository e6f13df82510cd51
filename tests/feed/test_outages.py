"""Outages: whom they reach, in which state they are, who is told what, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.feed import outage_cards, outages, queries
from dvor.feed.models import Audience, Entry, Outage, Service
from dvor.feed.outage_cards import State, state_of
from dvor.feed.outages import Draft, Times
from dvor.feed.queries import Asked
from dvor.feed.reach import Whom
from dvor.homes.models import Flat, House
from dvor.notices import kinds as fact_kinds
from dvor.notices import wording
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.feed.conftest import some_outage, to_house


@pytest.fixture
def planned(at: datetime) -> Draft:
    """Tomorrow from 9 to 18 in Moscow."""
    start = datetime(2026, 10, 21, 6, 0, tzinfo=at.tzinfo)
    return Draft(
        Service.HOT_WATER,
        emergency=False,
        starts_at=start,
        ends_at=start + timedelta(hours=9),
        details="Замена задвижки",
    )


@pytest.fixture
def emergency(at: datetime) -> Draft:
    return Draft(Service.ELECTRICITY, emergency=True, starts_at=at, ends_at=None)


def test_a_planned_outage_has_a_card_and_tells_everybody_in_the_house(cast: Cast, planned: Draft, at: datetime) -> None:
    outage = some_outage(cast, planned, at)
    [card] = queries.page(cast.anna, Asked(), at=at).current
    assert card.plain_title == "Горячая вода: плановое отключение"
    assert card.plain_excerpt == "21 октября, 09:00–18:00. Замена задвижки."
    assert str(card.state) == "запланировано" and not card.row.urgent
    told = Notice.objects.filter(kind="feed.planned")
    assert {notice.resident_id for notice in told} == {cast.anna.pk, cast.boris.pk, cast.vera.pk}
    words = wording.word(fact_kinds.find("feed.planned"), told[0].context, language="ru")  # type: ignore[arg-type]
    assert words.subject == "Горячая вода: плановое отключение"
    assert "21 октября, 09:00–18:00" in words.body and "Жилищник Тест" in words.body
    assert told[0].url == outages.address(outage)
    assert AuditEntry.objects.filter(act="feed.outage.announced").count() == 1


def test_the_card_speaks_the_readers_language(cast: Cast, planned: Draft, at: datetime) -> None:
    some_outage(cast, planned, at)
    with translation.override("en"):
        [card] = queries.page(cast.anna, Asked(), at=at).current
        assert card.plain_title == "Hot water: planned outage" and str(card.state) == "planned"


def test_states_follow_the_clock(cast: Cast, planned: Draft, at: datetime) -> None:
    outage = some_outage(cast, planned, at)
    assert planned.ends_at is not None
    assert [
        state_of(outage, moment)
        for moment in (at, planned.starts_at, planned.ends_at - timedelta(seconds=1), planned.ends_at)
    ] == [State.PLANNED, State.NOW, State.NOW, State.OVER]
    page = queries.page(cast.anna, Asked(), at=planned.ends_at)
    assert not page.current and str(page.shown[0].state) == "завершено"


def test_hours_are_those_of_the_houses_zone(cast: Cast, planned: Draft, at: datetime) -> None:
    House.objects.filter(pk=cast.house.pk).update(time_zone="Asia/Yekaterinburg")
    outage = some_outage(cast, planned, at)
    assert outage.zone == "Asia/Yekaterinburg"
    assert outage_cards.summary(outage).startswith("21 октября, 11:00–20:00")
    assert planned.starts_at.astimezone(ZoneInfo(outage.zone)).hour == 11


def test_an_emergency_is_urgent_and_its_end_may_be_unknown(cast: Cast, emergency: Draft, at: datetime) -> None:
    outage = some_outage(cast, emergency, at)
    assert fact_kinds.find("feed.emergency").urgent  # type: ignore[union-attr]
    assert Notice.objects.filter(kind="feed.emergency").count() == 3
    [card] = queries.page(cast.anna, Asked(), at=at).current
    assert "окончание пока неизвестно" in card.plain_excerpt and card.row.urgent
    assert state_of(outage, at + timedelta(hours=25)) is State.OVER, "nobody ended it for a day"


def test_an_entrance_is_told_and_sees_it_alone(cast: Cast, planned: Draft, at: datetime) -> None:
    Flat.objects.filter(pk=cast.flat.pk).update(entrance=1)
    Flat.objects.filter(pk=cast.second_flat.pk).update(entrance=2)
    outage = some_outage(cast, planned, at, whom=to_house(cast, entrances=(2,)))
    assert [notice.resident_id for notice in Notice.objects.all()] == [cast.vera.pk]
    assert not queries.page(cast.anna, Asked(), at=at).current and queries.page(cast.vera, Asked(), at=at).current
    assert Entry.objects.get().subject == f"outage:{outage.pk}:2"


def test_the_same_form_twice_is_one_outage_and_one_notice(cast: Cast, planned: Draft, at: datetime) -> None:
    first = outages.announce(planned, to_house(cast), key="form", by=cast.ivan, at=at)
    again = outages.announce(planned, to_house(cast), key="form", by=cast.ivan, at=at + timedelta(minutes=1))
    assert first.pk == again.pk and Outage.objects.count() == 1 and Notice.objects.count() == 3
    with pytest.raises(Refusal) as refused:
        outages.announce(replace(planned, details="Иное"), to_house(cast), key="form", by=cast.ivan, at=at)
    assert (refused.value.code, refused.value.status) == ("key_used", 409)


def test_moved_ended_and_cancelled_are_told_once_each(cast: Cast, planned: Draft, at: datetime) -> None:
    outage = some_outage(cast, planned, at)
    later = Times(planned.starts_at + timedelta(days=1), planned.starts_at + timedelta(days=1, hours=2), "Перенос")
    outages.change(outage.pk, later, by=cast.ivan, at=at, reason="просили жители")
    outages.change(outage.pk, replace(later, details="Иначе"), by=cast.ivan, at=at, reason="опечатка")
    assert Notice.objects.filter(kind="feed.changed").count() == 3, "other words alone are told nobody"
    during = later.starts_at + timedelta(minutes=30)
    outages.end(outage.pk, by=cast.ivan, at=during, reason="закончили раньше")
    assert state_of(Outage.objects.get(), during) is State.OVER
    assert Notice.objects.filter(kind="feed.changed").count() == 6
    with pytest.raises(Refusal) as refused:
        outages.cancel(outage.pk, by=cast.ivan, at=during, reason="поздно отменять")
    assert refused.value.code == "outage_over"


def test_a_cancelled_outage_keeps_its_card_with_the_reason(cast: Cast, planned: Draft, at: datetime) -> None:
    outage = some_outage(cast, planned, at)
    outages.cancel(outage.pk, by=cast.ivan, at=at + timedelta(hours=1), reason="Работы отложены на весну")
    page = queries.page(cast.anna, Asked(), at=at + timedelta(hours=2))
    assert not page.current and str(page.shown[0].state) == "отменено"
    assert page.shown[0].plain_excerpt.startswith("Отменено: Работы отложены на весну.")
    for kind_words in Notice.objects.filter(kind="feed.changed", resident=cast.anna):
        words = wording.word(fact_kinds.find("feed.changed"), kind_words.context, language="ru")  # type: ignore[arg-type]
        assert words.subject.startswith("Отменено.") and "весну" in words.body
    with pytest.raises(Refusal) as refused:
        outages.end(outage.pk, by=cast.ivan, at=at, reason="дважды нельзя")
    assert refused.value.code == "outage_cancelled"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_at": None}, "end_missing"),
        ({"service": 99}, "service_unknown"),
        ({"details": "я" * 1001}, "text_too_long"),
        ({"ends_at": datetime(2026, 10, 21, 6, 0, tzinfo=UTC)}, "end_before_start"),
        ({"starts_at": datetime(2026, 9, 1, tzinfo=UTC)}, "start_too_far"),
        (
            {"starts_at": datetime(2028, 9, 1, tzinfo=UTC), "ends_at": datetime(2028, 9, 2, tzinfo=UTC)},
            "start_too_far",
        ),
        ({"ends_at": datetime(2027, 10, 1, tzinfo=UTC)}, "lasts_too_long"),
        (
            {"starts_at": datetime(2026, 10, 19, tzinfo=UTC), "ends_at": datetime(2026, 10, 20, tzinfo=UTC)},
            "over_already",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    cast: Cast, planned: Draft, at: datetime, change: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        some_outage(cast, replace(planned, **change), at)  # type: ignore[arg-type]
    assert refused.value.code == code and not Outage.objects.exists() and not Notice.objects.exists()


def test_audiences_that_do_not_exist_are_refused(cast: Cast, planned: Draft, at: datetime) -> None:
    city = Whom(Audience.HOUSES)
    House.objects.filter(pk=cast.other_house.pk).update(time_zone="Asia/Omsk")
    both = [cast.house.pk, cast.other_house.pk]
    for whom, code in (
        (replace(city, house_ids=[]), "houses_missing"),
        (replace(city, house_ids=[10**9]), "houses_foreign"),
        (replace(city, house_ids=both), "houses_of_two_zones"),
        (replace(city, house_ids=range(501)), "houses_too_many"),
        (replace(city, house_ids=both, entrances=[1]), "entrances_need_a_house"),
        (replace(city, house_ids=[cast.house.pk], entrances=[77]), "entrance_unknown"),
        (Whom(Audience.DISTRICT, district=""), "audience_unknown"),
        (Whom(Audience.DISTRICT, district="Луна"), "houses_missing"),
        (Whom(Audience.COMPANY), "audience_unknown"),
    ):
        with pytest.raises(Refusal) as refused:
            outages.announce(planned, whom, key="k", by=cast.olga, at=at)
        assert refused.value.code == code
