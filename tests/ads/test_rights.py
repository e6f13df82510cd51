"""Who sees which ad: the table of persons × reach × house, by page and by picture; strangers learn nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from dvor.ads.models import Ad
from dvor.homes.models import Flat, House, Residency
from dvor.people.levels import Level
from dvor.people.models import Resident, Role
from tests.ads.conftest import Poster, Reach, draft, photo
from tests.cast import Cast

DISTRICT = "Садовый"


def _neighbour(name: str, flat: Flat, at: datetime, *, status: int = 3, proven: bool = True) -> Resident:
    person = Resident.objects.create(city_id=name, first_name=name, last_name="Дальняя", level=Level.FULL)
    Residency.objects.create(
        resident=person, flat=flat, status=status, since=at,
        proof="registry" if proven else "none", proved_at=at if proven else None,
    )  # fmt: skip
    return person


@pytest.fixture
def people(cast: Cast, at: datetime) -> dict[str, Resident]:
    """Those who may look, by where they live and what they are."""
    House.objects.filter(pk=cast.house.pk).update(district=DISTRICT)
    cast.house.district = DISTRICT
    same = House.objects.create(unom=1003, address="Садовая, 3", management_company=cast.company)
    near = House.objects.create(unom=1004, address="Садовая, 5", district=DISTRICT)
    moderator = Resident.objects.create(city_id="mara", first_name="Мара", level=Level.FULL)
    Role.objects.create(resident=moderator, name=Role.Name.MODERATOR, granted_at=at)
    return {
        "author": cast.anna,
        "unproven": cast.vera,
        "company": _neighbour("kira", Flat.objects.create(house=same, number="1"), at),
        "district": _neighbour("dina", Flat.objects.create(house=near, number="1"), at),
        "guest": _neighbour("gost", cast.second_flat, at, status=0),
        "unproven guest": _neighbour("gosha", cast.second_flat, at, status=0, proven=False),
        "stranger": cast.gleb,
        "manager": cast.ivan,
        "operator": cast.olga,
        "moderator": moderator,
    }


HOUSE = {"author", "unproven", "guest", "operator", "moderator"}
TABLE = {
    Reach.HOUSE: HOUSE,
    Reach.COMPANY: HOUSE | {"company"},
    Reach.DISTRICT: HOUSE | {"district"},
}


@pytest.mark.parametrize("reach", list(TABLE))
def test_an_ad_reaches_these_people_and_nobody_else(
    people: dict[str, Resident], at: datetime, post: Poster, reach: Ad.Reach
) -> None:
    ad = post(draft(reach=reach), uploads=[photo()])
    picture = ad.pictures.get()
    for name, person in people.items():
        client = Client()
        client.force_login(person)
        with time_machine.travel(at, tick=False):
            seen = client.get(f"/ads/{ad.pk}/").status_code
            loaded = client.get(f"/ads/{ad.pk}/pictures/{picture.pk}/").status_code
            listed = "Отдам диван" in client.get("/ads/").content.decode()
        assert (seen == 200) == (loaded == 200) == (name in TABLE[reach]), name
        assert seen in (200, 404) and loaded in (200, 404)
        assert listed == (name in TABLE[reach] - {"operator", "moderator"}), name


@pytest.mark.parametrize(
    ("state", "seeing"),
    [
        ("done_at", HOUSE),
        ("withdrawn_at", {"author", "operator", "moderator"}),
        ("hidden_at", {"author", "operator", "moderator"}),
    ],
)
def test_what_is_off_the_board_is_seen_by_those_whom_it_concerns(
    people: dict[str, Resident], at: datetime, post: Poster, state: str, seeing: set[str]
) -> None:
    ad = post()
    Ad.objects.filter(pk=ad.pk).update(**{state: at})
    for name, person in people.items():
        client = Client()
        client.force_login(person)
        with time_machine.travel(at, tick=False):
            assert (client.get(f"/ads/{ad.pk}/").status_code == 200) == (name in seeing), name
            assert ("Отдам диван" in client.get("/ads/").content.decode()) is False


def test_surnames_are_for_those_who_have_proven_that_they_live_in_the_house(
    people: dict[str, Resident], at: datetime, post: Poster
) -> None:
    ad = post(draft(reach=Reach.COMPANY))
    for name, told in (("author", "Анна Сергеева"), ("guest", "Анна Сергеева"), ("unproven", "Анна С."),
                       ("company", "Анна С.")):  # fmt: skip
        client = Client()
        client.force_login(people[name])
        with time_machine.travel(at, tick=False):
            page = client.get(f"/ads/{ad.pk}/").content.decode()
        assert told in page, name
        assert "anna@people.example" not in page
        assert ("Сергеева" in page) == (told == "Анна Сергеева")


def test_not_signed_in_nobody_reads(client: Client, cast: Cast, post: Poster) -> None:
    ad = post(uploads=[photo()])
    for path in (
        "/ads/",
        f"/ads/{ad.pk}/",
        f"/ads/{ad.pk}/pictures/{ad.pictures.get().pk}/",
        "/ads/mine/",
        "/ads/new/",
    ):
        answer = client.get(path)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), path


def test_acts_on_other_peoples_ads_are_on_ads_that_do_not_exist(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post(uploads=[photo()])
    picture = ad.pictures.get()
    client = Client()
    for who in (cast.boris, cast.gleb, cast.olga):
        client.force_login(who)
        with time_machine.travel(at, tick=False):
            for path in ("done", "withdraw", "back", "prolong", "edit", "pictures"):
                for number in (ad.pk, 0, 10**25):
                    assert client.post(f"/ads/{number}/{path}/", {"remove": picture.pk}).status_code == 404, path
    ad.refresh_from_db()
    assert ad.is_live(at) and ad.pictures.count() == 1


@pytest.mark.parametrize(
    "path", ["/ads/1/pictures/../../settings.py", "/ads/1/pictures/%2e%2e/", "/ads/x/", "/ads/-1/"]
)
def test_addresses_that_climb_lead_nowhere(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.anna)
    assert client.get(path).status_code in (404, 400)


def test_after_a_month_what_is_over_is_gone(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    client = Client()
    client.force_login(cast.boris)
    for days, status in ((15, 200), (45, 404)):
        with time_machine.travel(at + timedelta(days=days), tick=False):
            assert client.get(f"/ads/{ad.pk}/").status_code == status
