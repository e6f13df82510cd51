"""/meters/<flat_id>/: the sheet of a flat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.meters import readings
from dvor.meters.models import Meter, Reading
from dvor.meters.readings import NewReading
from tests.cast import Cast
from tests.meters.conftest import Meters

QUERIES_MAX = 8


@pytest.fixture(autouse=True)
def _clock(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


def _post(client: Client, cast: Cast, **typed: str) -> HttpResponse:
    return client.post(f"/meters/{cast.flat.pk}/", typed)  # type: ignore[return-value]


def _card(page: HttpResponse, meter: Meter) -> str:
    """The part of the page that is about one meter."""
    return page.content.decode().split(f'id="meter-{meter.pk}"')[1].split("</fieldset>")[0]


def test_the_sheet_shows_meters_and_what_they_bring(anna: Client, cast: Cast, meters: Meters) -> None:
    page = anna.get(f"/meters/{cast.flat.pk}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "CW-1" in text and f'name="m{meters.power.pk}-2"' in text
    assert "+20\xa0баллов" in text
    assert "100" in _card(page, meters.cold), "the value before stands beside the field"


def test_the_page_costs_few_queries(anna: Client, cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)
    anna.get(f"/meters/{cast.flat.pk}/")
    with CaptureQueriesContext(connection) as caught:
        anna.get(f"/meters/{cast.flat.pk}/")
    assert len(caught) <= QUERIES_MAX, [query["sql"][:80] for query in caught.captured_queries]


def test_good_readings_are_kept_and_the_bad_one_says_why(anna: Client, cast: Cast, meters: Meters) -> None:
    typed = {
        f"m{meters.cold.pk}-1": "107,125", f"m{meters.hot.pk}-1": "55.5", f"m{meters.power.pk}-1": "1100",
        f"m{meters.power.pk}-2": "540", f"m{meters.heat.pk}-1": "2",
    }  # fmt: skip
    page = _post(anna, cast, **typed)
    assert page.status_code == 422
    assert Reading.objects.count() == 3
    for good in (meters.cold, meters.hot, meters.power):
        assert 'class="plus">+20' in _card(page, good) and "начислены" in _card(page, good).lower()
    bad = _card(page, meters.heat)
    assert "меньше прошлого показания" in bad and 'value="2"' in bad and "управляющую компанию" in bad
    assert "Принято 3 показания. +60 баллов." in page.content.decode()


def test_when_all_is_well_the_page_is_seen_again(anna: Client, cast: Cast, meters: Meters) -> None:
    answer = _post(anna, cast, **{f"m{meters.cold.pk}-1": "101"})
    assert (answer.status_code, answer["Location"]) == (303, f"/meters/{cast.flat.pk}/")
    page = anna.get(answer["Location"])
    assert "Принято 1 показание. +20 баллов." in page.content.decode()
    assert "принято" in _card(page, meters.cold) and "101" in _card(page, meters.cold)


def test_an_implausible_value_is_asked_for_with_its_numbers_and_confirmed(
    anna: Client, cast: Cast, meters: Meters
) -> None:
    name = f"m{meters.cold.pk}-1"
    page = _post(anna, cast, **{name: "400,5"})
    card = _card(page, meters.cold)
    assert page.status_code == 422 and "300,5" in card and f'name="ok{meters.cold.pk}" value="400,5"' in card
    other = _post(anna, cast, **{name: "500", f"ok{meters.cold.pk}": "400,5"})
    assert other.status_code == 422 and not Reading.objects.exists(), "the confirmation was for another value"
    assert _post(anna, cast, **{name: "400,5", f"ok{meters.cold.pk}": "400,5"}).status_code == 303


def test_a_correction_pays_nothing_and_keeps_both_versions(anna: Client, cast: Cast, meters: Meters) -> None:
    for value in ("105", "104"):
        answer = _post(anna, cast, **{f"m{meters.cold.pk}-1": value})
        assert answer.status_code == 303
    text = anna.get(f"/meters/{cast.flat.pk}/").content.decode()
    assert "Исправление заменило показание" in text and "версия 2" in text
    assert 'class="plus">+20' in text, "what was paid for the first version stays"


def test_an_empty_sheet_asks_for_something(anna: Client, cast: Cast, meters: Meters) -> None:
    page = _post(anna, cast, **{f"m{meters.cold.pk}-1": " "})
    assert page.status_code == 422 and "Ничего не введено" in page.content.decode()


def test_a_closed_window_says_when_it_opens(anna: Client, cast: Cast, meters: Meters) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-10T09:00:00+00:00"), tick=False):
        anna.force_login(cast.anna)
        page = anna.get(f"/meters/{cast.flat.pk}/")
        card = _card(page, meters.cold)
        assert "с 15 ноября по 3 декабря" in card and "<input" not in card
        answer = _post(anna, cast, **{f"m{meters.cold.pk}-1": "101"})
        assert answer.status_code == 422 and "сегодня не принимаются" in _card(answer, meters.cold)


def test_an_expired_verification_is_explained(anna: Client, cast: Cast, meters: Meters) -> None:
    Meter.objects.filter(pk=meters.cold.pk).update(verification_due_on=date(2026, 10, 1))
    card = _card(anna.get(f"/meters/{cast.flat.pk}/"), meters.cold)
    assert "№ 354" in card and "<input" not in card


def test_thirteen_months_are_drawn(anna: Client, cast: Cast, meters: Meters, at: datetime) -> None:
    Meter.objects.update(installed_on=date(2025, 1, 1))
    for month in range(3):
        moment = at + timedelta(days=31 * month)
        new = [NewReading(meters.cold.pk, (101 + month * 5,))]
        assert readings.submit(new, by=cast.anna, at=moment)[0].accepted
    with time_machine.travel(at + timedelta(days=62), tick=False):
        anna.force_login(cast.anna)
        text = anna.get(f"/meters/{cast.flat.pk}/").content.decode()
    chart = text.split('id="history-')[1].split("</svg>")[0]
    assert chart.count("<rect") == 13


def test_in_english_it_is_complete(anna: Client, cast: Cast, meters: Meters) -> None:
    anna.cookies["language"] = "en"
    text = anna.get(f"/meters/{cast.flat.pk}/").content.decode()
    main = text.split("<main")[1].split("</main>")[0].replace(cast.house.address, "")
    assert not re.search("[А-Яа-я]", re.sub(r"<[^>]*>", "", main))


def test_neighbours_and_strangers_see_no_sheet(client: Client, cast: Cast, meters: Meters) -> None:
    url = f"/meters/{cast.flat.pk}/"
    assert client.get(url).status_code == 302, "sign in first"
    for who, status in ((cast.gleb, 404), (cast.vera, 404)):
        client.force_login(who)
        assert client.get(url).status_code == status
        assert client.post(url, {f"m{meters.cold.pk}-1": "101"}).status_code == status
    client.force_login(cast.vera)
    assert client.get(f"/meters/{cast.second_flat.pk}/").status_code == 403, "her own, not proven yet"
    assert not Reading.objects.exists()


def test_an_operator_looks_and_sends_nothing(client: Client, cast: Cast, meters: Meters) -> None:
    client.force_login(cast.olga)
    page = client.get(f"/meters/{cast.flat.pk}/")
    assert page.status_code == 200 and "<input id=" not in page.content.decode()
    assert client.post(f"/meters/{cast.flat.pk}/", {f"m{meters.cold.pk}-1": "101"}).status_code == 422
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"m{meter}-1": "9" * 500}, {"m{meter}-1": "NaN"}, {"m{meter}-1": "１２３"}, {"m{meter}-1": "-5"},
        {"m{meter}-1": "<script>alert(1)</script>"}, {"m{meter}-1": "1", "m{meter}-2": "2", "m{meter}-3": "3"},
        {"m{other}-1": "11"}, {"m99999999999999999999-1": "1"}, {"m0-1": "1"}, {"m{meter}-9": "1"}, {"m-1": "1"},
        {"m{meter}-1\x00": "101"}, {"m{meter}-1": "101\x00"}, {"m٣-1": "1"}, {"ok{meter}": "101"}, {"": ""},
        {f"m{number}-1": "1" for number in range(1, 200)},
    ],
)  # fmt: skip
def test_hostile_sheets_change_nothing(anna: Client, cast: Cast, meters: Meters, typed: dict[str, str]) -> None:
    Meter.objects.exclude(pk__in=(meters.cold.pk, meters.gleb.pk)).delete()
    sent = {name.format(meter=meters.cold.pk, other=meters.gleb.pk): value for name, value in typed.items()}
    if len(sent) > 100:
        sent.pop(f"m{meters.cold.pk}-1", None)
    page = _post(anna, cast, **sent)
    assert page.status_code == 422
    assert "<script>alert" not in page.content.decode()
    assert not Reading.objects.exists()
