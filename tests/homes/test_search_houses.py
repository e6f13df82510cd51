"""Houses are found as people type addresses."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.homes import queries
from dvor.homes.models import House

ADDRESSES = [
    "Садовая улица, дом 1",
    "Садовая улица, дом 10",
    "Садовая улица, дом 1, корпус 2",
    "Садовая улица, дом 5А",
    "Садовый переулок, дом 1",
    "г. Дворск, ул. Королёва, д. 12/5, стр. 3",
    "1-я Парковая улица, дом 7",
    "проспект Мира, дом 1",
    "улица Строителей, дом 3",
    "Ново-Лесная улица, дом 4",
    "Сад ул, 1",
]


@pytest.fixture
def _street(db: None) -> None:
    House.objects.bulk_create(House(unom=5000 + place, address=address) for place, address in enumerate(ADDRESSES))


def found(text: str) -> list[int]:
    return [ADDRESSES.index(house.address) for house in queries.search_houses(text)]


@pytest.mark.usefixtures("_street")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("садов 1", [0, 4, 2, 1]),
        ("Садовая улица, дом 1", [0, 2, 1, 4]),
        ("ул. Садовая, д. 10", [1]),
        ("садовая 1к2", [2]),
        ("садовая 1 корп. 2", [2]),
        ("Садовая, д.1, к.2", [2]),
        ("садовая 1 корпус", [2]),
        ("садовая 5а", [3]),
        ("САДОВАЯ 5 А", [3]),
        ("пер садовый 1", [4]),
        ("королева 12", [5]),
        ("Королёва 12/5 с3", [5]),
        ("королева 12/5 строение 3", [5]),
        ("1-я парковая", [6]),
        ("1ая парковая 7", [6]),
        ("парковая 1 7", [6]),
        ("мира пр-т", [7]),
        ("просп. мира 1", [7]),
        ("строителе", [8]),
        ("на строителей", []),
        ("ново-лесная", [9]),
        ("новолес", [9]),
        ("лесной 4", [9]),
        ("г Дворск, садовая 10", [1]),
        ("нетакая 1", []),
    ],
)
def test_what_is_typed_finds_the_house(typed: str, expected: list[int]) -> None:
    assert found(typed)[: len(expected)] == expected
    if not expected:
        assert found(typed) == []


@pytest.mark.usefixtures("_street")
@pytest.mark.parametrize(
    "hostile",
    ["", " ", "с", "!!!", "'; drop table homes_house; --", "& | ! :*", "((('", "\\", "\x00", "a" * 100_000, "1 " * 9999,
     "%s", "{}", "ул дом", "'садовая':*", "💧", "\ud83d"],
)  # fmt: skip
def test_hostile_input_finds_nothing_and_breaks_nothing(hostile: str) -> None:
    queries.search_houses(hostile)


@pytest.mark.usefixtures("_street")
def test_a_search_is_one_query_and_at_most_twenty_houses() -> None:
    House.objects.bulk_create(House(unom=9000 + n, address=f"Полевая улица, дом {n}") for n in range(1, 60))
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.search_houses("полевая")) == 20
    assert len(asked) == 1


@pytest.mark.usefixtures("_street")
def test_one_letter_is_not_searched() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert queries.search_houses(" с ") == []
    assert len(asked) == 0
