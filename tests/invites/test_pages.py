"""Pages of invites: who sees what, what a click does, what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.base import clock
from dvor.homes.models import Residency
from dvor.invites import links, middleware
from dvor.invites.models import Join, Link, Trace
from dvor.people.models import Resident
from tests.cast import Cast
from tests.invites.conftest import Yard


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, at: object) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def of(resident: Resident) -> Client:
    client = Client()
    client.force_login(resident)
    return client


def made(client: Client, cast: Cast, **more: object) -> Link:
    told = {"house_id": cast.house.pk, "sort": 1, "title": "", "key": "a-key", **more}
    assert client.post("/invites/", told).status_code == 303
    return Link.objects.latest("pk")


def test_a_resident_makes_a_link_looks_at_it_and_revokes_it(cast: Cast) -> None:
    client = of(cast.anna)
    assert "Пока ни одной" in client.get("/invites/").content.decode()
    link = made(client, cast, title="Второй подъезд", names_inviter="on")
    assert made(client, cast).pk == link.pk, "the same key is the same link"
    assert "Второй подъезд" in client.get("/invites/").content.decode()
    page = client.get(f"/invites/{link.pk}/").content.decode()
    assert f"/i/{link.code}/" in page and link.spoken_code in page and "<svg" in page
    for path, start in (("notice.pdf", b"%PDF"), ("qr.png", b"\x89PNG"), ("qr.svg", b"<?xml")):
        answer = client.get(f"/invites/{link.pk}/{path}")
        assert answer.content.startswith(start), path
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.post(f"/invites/{link.pk}/revoke/").status_code == 303
    assert client.get(f"/i/{link.code}/").status_code == 404
    assert client.get(f"/invites/{link.pk}/notice.pdf").status_code == 404
    assert "больше не действует" in client.get(f"/invites/{link.pk}/").content.decode()


@pytest.mark.parametrize("path", ["", "notice.pdf", "qr.png", "qr.svg", "revoke/"])
def test_a_stranger_gets_nothing_of_my_links(cast: Cast, path: str) -> None:
    link = made(of(cast.anna), cast)
    call = of(cast.gleb).post if path == "revoke/" else of(cast.gleb).get
    assert call(f"/invites/{link.pk}/{path}").status_code == 404
    answer = getattr(Client(), "post" if path == "revoke/" else "get")(f"/invites/{link.pk}/{path}")
    assert answer.status_code in (302, 303) and "/sign-in/" in answer["Location"]


RIGHTS = {  # who → what a post for the cast's house answers
    "anna": 303, "boris": 303, "vera": 422, "gleb": 422, "olga": 422, "ivan": 422,
}  # fmt: skip


@pytest.mark.parametrize("who", RIGHTS)
def test_who_may_invite_to_the_house(cast: Cast, who: str) -> None:
    client = of(getattr(cast, who))
    told = {"house_id": cast.house.pk, "sort": 1, "key": "k"}
    assert client.post("/invites/", told).status_code == RIGHTS[who]
    assert Link.objects.count() == (RIGHTS[who] == 303)


def test_who_has_not_proven_a_flat_is_told_how(cast: Cast) -> None:
    assert "Сначала подтвердите свою квартиру" in of(cast.vera).get("/invites/").content.decode()


def test_an_invite_says_the_house_and_only_the_name_that_was_allowed(cast: Cast) -> None:
    client = of(cast.anna)
    named, nameless = made(client, cast, names_inviter="on", key="1"), made(client, cast, key="2")
    page = Client().get(f"/i/{named.code}/")
    assert "Садовая улица, дом 1" in page.content.decode() and "Анна" in page.content.decode()
    assert "Сергеева" not in page.content.decode() and page["X-Robots-Tag"] == "noindex"
    assert "Анна" not in Client().get(f"/i/{nameless.code}/").content.decode()
    assert "Это ваша ссылка" in client.get(f"/i/{named.code}/").content.decode()
    for typed in (named.spoken_code.upper(), named.code.replace("1", "l").replace("0", "O")):
        assert Client().get(f"/i/{typed}/").status_code == 200, typed


def test_the_cookie_survives_until_the_first_sign_in_and_is_taken_once(cast: Cast, yard: Yard) -> None:
    link = made(of(cast.anna), cast)
    browser = Client()
    browser.get(f"/i/{link.code}/")
    cookie = browser.cookies[middleware.INVITE_COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 30 * 24 * 3600
    person = yard.person()
    browser.force_login(person)
    page = browser.get(f"/flats/add/?house={cast.house.pk}")
    assert "Вы пришли по приглашению соседа" in page.content.decode()
    assert browser.cookies[middleware.INVITE_COOKIE].value == ""
    assert Join.objects.get(pk=person.pk).inviter_id == cast.anna.pk
    assert Trace.objects.filter(resident=person).count() == 2
    assert "Добавьте квартиру" in " ".join(browser.get("/invites/").content.decode().replace("\xa0", " ").split())


def test_who_was_here_before_is_told_kindly(cast: Cast) -> None:
    link = made(of(cast.anna), cast)
    browser = Client()
    browser.get(f"/i/{link.code}/")
    Resident.objects.filter(pk=cast.gleb.pk).update(joined_at=clock.now() - timedelta(days=9))
    browser.force_login(cast.gleb)
    assert "Вы уже были с нами" in browser.get("/").content.decode()
    assert not Join.objects.exists()


def test_names_are_of_neighbours_of_my_house_alone(cast: Cast, yard: Yard) -> None:
    link = yard.link()
    lives, still_nowhere, gone = (yard.comes(link, yard.person(first_name=name))[0] for name in ("Ада", "Ева", "Ида"))
    for person in (lives, gone):
        yard.moves_in(person)
    Residency.objects.filter(resident=gone).update(until=yard.at + timedelta(days=1))
    assert still_nowhere.pk
    page = of(cast.anna).get("/invites/").content.decode()
    assert "Ада" in page and "Ева" not in page and "Ида" not in page and page.count("Новый сосед") == 2
    assert "Ада" not in of(cast.boris).get("/invites/").content.decode()


def test_markup_in_a_name_is_text(cast: Cast, yard: Yard) -> None:
    hostile = "<svg/onload=alert(1)>"
    link = made(of(cast.anna), cast, title=hostile, names_inviter="on")
    Resident.objects.filter(pk=cast.anna.pk).update(first_name=hostile)
    person, _outcome = yard.comes(link, yard.person(first_name=hostile))
    yard.moves_in(person)
    for client, path in (
        (of(cast.anna), "/invites/"),
        (of(cast.anna), f"/invites/{link.pk}/"),
        (Client(), f"/i/{link.code}/"),
    ):
        assert "onload=alert(1)>" not in client.get(path).content.decode().replace("&gt;", "")
    assert of(cast.anna).get(f"/invites/{link.pk}/notice.pdf").status_code == 200


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "0" * 15,
        "0" * 17,
        "0" * 16,
        "u" * 16,
        "%00" * 16,
        "../../etc",
        "'or 1=1--",
        "я" * 16,
        "a" * 5000,
        "%F0%9F%98%80",
    ],
)
def test_hostile_codes_are_one_answer(db: None, code: str) -> None:
    assert Client().get(f"/i/{code}/").status_code == 404


def test_the_page_costs_the_same_with_one_newcomer_and_with_forty(cast: Cast, yard: Yard) -> None:
    link, client = yard.link(), of(cast.anna)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/invites/").status_code == 200
        return len(queries)

    yard.comes(link)
    client.get("/invites/")
    few = cost()
    for _place in range(40):
        yard.moves_in(yard.comes(link)[0])
    assert cost() == few
    assert few <= 17, few


def test_an_invite_costs_a_stranger_few_queries(cast: Cast) -> None:
    link = made(of(cast.anna), cast)
    with CaptureQueriesContext(connection) as queries:
        Client().get(f"/i/{link.code}/")
    assert len(queries) <= 4, [query["sql"] for query in queries]


def test_links_are_few_and_revoking_makes_room(yard: Yard) -> None:
    from dvor.base.refusals import Refusal

    Resident.objects.filter(pk=yard.cast.anna.pk).update(joined_at=yard.at - timedelta(days=60))
    yard.cast.anna.refresh_from_db()
    some = [yard.link(key=f"{number}") for number in range(10)]
    with pytest.raises(Refusal) as refused:
        yard.link(key="more")
    assert refused.value.code == "links_too_many"
    links.revoke(link_id=some[0].pk, by=yard.cast.anna, at=yard.at)
    yard.link(key="more")
