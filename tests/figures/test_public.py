from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.figures import months, queries
from dvor.figures.models import Month
from dvor.homes.models import House
from dvor.meters import readings
from dvor.meters.readings import NewReading
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_figures_are_counted_from_what_residents_did(cast: Cast, at: datetime, meters: dict[str, int]) -> None:
    House.objects.filter(pk=cast.house.pk).update(connected_since=date(2026, 10, 1))
    House.objects.filter(pk=cast.other_house.pk).update(connected_since=date(2026, 11, 1))
    sent = [NewReading(meters["cold_water"], ["12"]), NewReading(meters["hot_water"], ["7"])]
    readings.submit(sent, by=cast.anna, at=at)
    readings.submit([NewReading(meters["cold_water"], ["13"])], by=cast.anna, at=at)  # a correction
    figures = queries.public(at=at + timedelta(seconds=1))
    assert (figures.points, figures.acts, figures.readings, figures.orders) == (40, 2, 2, 0)
    assert (figures.houses, figures.year) == (1, 2026)
    assert figures.residents == 6
    assert [bar.value for bar in figures.points_by_month][-2:] == [0, 40]
    assert figures.points_by_month[-1].accent


def test_the_running_month_is_counted_again_after_a_minute(cast: Cast, at: datetime, meters: dict[str, int]) -> None:
    assert len(months.count(at=at)) == months.SHOWN
    readings.submit([NewReading(meters["cold_water"], ["12"])], by=cast.anna, at=at)
    assert queries.public(at=at + timedelta(seconds=59)).points == 0
    assert queries.public(at=at + timedelta(seconds=60)).points == 20


def test_finished_months_are_counted_once(cast: Cast, at: datetime) -> None:
    months.count(at=at)
    later = months.count(at=at + timedelta(minutes=2))
    assert later == [date(2026, 9, 1), date(2026, 10, 1)]  # September may still change for two weeks
    assert months.count(at=at + timedelta(minutes=2)) == []


def test_a_later_count_never_gives_way_to_an_earlier_one(cast: Cast, at: datetime) -> None:
    months.count(at=at + timedelta(hours=1))
    Month.objects.filter(month=date(2026, 10, 1)).update(points=7)
    months.count(at=at)
    assert Month.objects.get(month=date(2026, 10, 1)).points == 7


def test_the_page_is_for_everybody_and_takes_few_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/figures/")
    with django_assert_max_num_queries(4):
        page = client.get("/figures/").content.decode()
    assert page.count("<figure") == 2
    assert client.post("/figures/").status_code == 405
