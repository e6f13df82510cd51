from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.base import periods
from dvor.bills import slots
from dvor.bills.slots import PaymentState
from dvor.figures import home
from dvor.homes.models import Residency
from dvor.meters import readings
from dvor.meters.readings import NewReading
from dvor.people.models import Resident
from tests.bills import year
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def titles(resident: Resident, at: datetime) -> list[str]:
    return [todo.title for todo in home.today(resident, at=at).todos]


def test_a_stranger_reads_what_it_is_and_where_to_sign_in(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")  # counts the months
    with django_assert_max_num_queries(4):
        page = client.get("/").content.decode()
    assert 'href="/sign-in/"' in page
    assert "от 10\xa0" in page and "до 20\xa0" in page
    assert "104" in page
    assert 'lang="ru"' in page


def test_the_page_is_whole_in_english_too(client: Client, cast: Cast) -> None:
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "How points work" in page
    assert "from 10\xa0points to 20\xa0points" in page


def test_who_has_no_flat_is_asked_to_add_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    page = client.get("/").content.decode()
    assert 'href="/flats/add/"' in page
    assert "Добавьте свою квартиру" in page


def test_open_windows_say_how_many_meters_are_left_and_what_they_bring(
    client: Client, cast: Cast, at: datetime, meters: dict[str, int]
) -> None:
    readings.submit([NewReading(meters["cold_water"], ["12"])], by=cast.boris, at=at)
    for resident, brings in ((cast.anna, 40), (cast.boris, 40)):
        (todo, verify) = home.today(resident, at=at).todos
        assert todo.brings == brings
        assert todo.url == f"/meters/{cast.flat.pk}/"
        assert "2" in todo.text and "26" in todo.text
        assert verify.icon == "warning"
    client.force_login(cast.anna)
    page = client.get("/").content.decode()
    assert "Осталось 2 прибора, до 26 октября." in page
    assert "Это принесёт 40\xa0" in page


def test_the_last_days_of_a_window_are_urgent_and_after_it_the_next_one_is_named(
    cast: Cast, at: datetime, meters: dict[str, int]
) -> None:
    late = at + timedelta(days=5)
    assert home.today(cast.anna, at=late).todos[0].is_urgent
    assert not home.today(cast.anna, at=at).todos[0].is_urgent
    after = periods.day_start(at.date().replace(month=11, day=8))
    page = home.today(cast.anna, at=after)
    assert [todo.icon for todo in page.todos] == ["warning"]
    assert page.next_window == after.date().replace(day=15)


def test_who_has_not_proven_the_flat_is_asked_to_and_sees_no_meters(cast: Cast, at: datetime) -> None:
    (todo,) = home.today(cast.vera, at=at).todos
    assert todo.url == f"/flats/{cast.second_flat.pk}/"
    assert todo.brings == 0


def test_awards_show_their_points_and_what_they_are_for(
    client: Client, cast: Cast, at: datetime, meters: dict[str, int]
) -> None:
    sent = [NewReading(meters[resource], ["12"]) for resource in ("cold_water", "hot_water", "electricity")]
    readings.submit(sent, by=cast.anna, at=at)
    (gain,) = home.today(cast.anna, at=at).gains
    assert (gain.count, gain.points) == (3, 60)
    client.force_login(cast.anna)
    page = client.get("/").content.decode()
    assert "+60" in page
    assert "Показания счётчика × 3" in page


def test_the_page_of_many_flats_and_meters_takes_fewer_than_fifteen_queries(
    client: Client, cast: Cast, at: datetime, meters: dict[str, int],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for flat in (cast.second_flat, cast.other_flat):
        Residency.objects.create(
            resident=cast.anna, flat=flat, status=Residency.Status.OWNER, proof=Residency.Proof.REGISTRY,
            proved_at=at, since=at,
        )  # fmt: skip
    readings.submit([NewReading(meters["cold_water"], ["12"])], by=cast.anna, at=at)
    client.force_login(cast.anna)
    client.get("/")
    with django_assert_max_num_queries(14):
        assert client.get("/").status_code == 200


def test_an_unpaid_bill_is_asked_for_by_its_flat_and_day(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill = year.bill(cast.flat, year.month(date(2026, 9, 1)), period=date(2026, 9, 1), due_on=date(2026, 10, 22))
    left = [bill.payable_kopecks]
    tell = lambda bills, reader, moment: {one.pk: PaymentState(left[0], pay_url="/pay/") for one in bills}  # noqa: E731
    monkeypatch.setattr(slots, "_tellers", [tell])
    (todo,) = home.today(cast.anna, at=at).todos
    assert todo.title == "Оплатите счёт: Садовая улица, дом 1, кв. 1" and todo.is_urgent
    assert "за сентябрь, до 22 октября" in todo.text and todo.url == f"/bills/{bill.pk}/"
    left[0] = 0
    assert titles(cast.anna, at) == [], "paid"
    left[0] = 1
    assert not any("счёт" in title for title in titles(cast.vera, at)), "the flat is not proven"


def test_nobody_sees_what_is_a_neighbours(cast: Cast, at: datetime, meters: dict[str, int]) -> None:
    assert titles(cast.gleb, at) == []


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_home_page_only_shows(client: Client, cast: Cast, method: str) -> None:
    assert getattr(client, method)("/").status_code == 405
