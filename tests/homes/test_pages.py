"""«My flats»: the list, adding step by step, one flat; with and without JavaScript; for friends and strangers."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.base import clock
from dvor.homes.models import Flat, House, Residency
from dvor.people.models import Resident
from tests.cast import Cast

PAGE_QUERIES_MAX = 8  # session, resident, own flats, just left, and what the shell shows


@pytest.fixture
def browser(client: Client, cast: Cast) -> Client:
    client.cookies["language"] = "en"
    client.force_login(cast.anna)
    return client


def as_(client: Client, resident: Resident) -> Client:
    client.force_login(resident)
    return client


def text(response: object) -> str:
    content = response.content.decode()  # type: ignore[attr-defined]
    main = content[content.index("<main") :] if "<main" in content else content
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_list_shows_my_flats_with_their_status(browser: Client) -> None:
    page = browser.get("/flats/")
    assert page.status_code == 200
    assert "Садовая улица, дом 1" in text(page)
    assert "owner" in text(page)


def test_who_has_no_flat_is_told_how_to_begin(browser: Client) -> None:
    stranger = Resident.objects.create(city_id="new")
    page = as_(browser, stranger).get("/flats/")
    assert "No flat yet" in text(page)
    assert 'href="/flats/add/"' in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_flats(browser: Client, cast: Cast) -> None:
    counts = []
    for more in (0, 15):
        for number in range(more):
            flat = Flat.objects.create(house=cast.house, number=str(500 + number))
            Residency.objects.create(resident=cast.anna, flat=flat, status=1, proof="none", since=clock.now())
        with CaptureQueriesContext(connection) as asked:
            browser.get("/flats/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= PAGE_QUERIES_MAX


@pytest.mark.parametrize("path", ["/flats/", "/flats/add/", "/flats/1/"])
def test_who_is_not_signed_in_is_sent_to_the_city_id(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


# ── Adding ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_house_is_found_without_javascript(browser: Client, cast: Cast) -> None:
    page = browser.get("/flats/add/", {"search": "лесн 5"})
    assert f"?house={cast.other_house.pk}" in page.content.decode()
    assert "<main" in page.content.decode()


def test_the_house_is_found_as_one_types(browser: Client, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        fragment = browser.get("/flats/add/", {"search": "лес"}, headers={"HX-Request": "true", "HX-Target": "houses"})
    assert f"?house={cast.other_house.pk}" in fragment.content.decode()
    assert "<main" not in fragment.content.decode()
    assert len(asked) <= 3


def test_an_unknown_house_is_explained(browser: Client) -> None:
    assert "This house was not found" in text(browser.get("/flats/add/", {"search": "нигде 7"}))


@pytest.mark.parametrize("house", ["0", "-1", "x", "9" * 30, "99999999", "1e3", "١"])
def test_a_house_that_is_none_begins_anew(browser: Client, house: str) -> None:
    page = browser.get("/flats/add/", {"house": house})
    assert page.status_code == 200
    assert "Step 1 of 2" in text(page)


def test_a_flat_is_added_with_its_code(browser: Client, cast: Cast) -> None:
    form = {"house": cast.other_house.pk, "flat_number": "1", "payer_code": "1234567892", "title": "Дача"}
    answer = browser.post("/flats/add/", form)
    assert (answer.status_code, answer["Location"]) == (303, f"/flats/{cast.other_flat.pk}/")
    page = browser.get(answer["Location"])
    assert "Now you can send its readings" in text(page)
    assert "Дача" in text(page)


def test_a_flat_without_code_says_how_to_confirm(browser: Client, cast: Cast) -> None:
    answer = browser.post("/flats/add/", {"house": cast.other_house.pk, "flat_number": "1"})
    page = browser.get(answer["Location"])
    assert "Confirm that you live here" in text(page)
    assert "Closed for now" in text(page)


def test_a_wrong_code_is_told_at_the_field_and_what_was_typed_stays(browser: Client, cast: Cast) -> None:
    form = {"house": cast.other_house.pk, "flat_number": "1", "payer_code": "0000000000", "title": "Дача"}
    page = browser.post("/flats/add/", form)
    assert page.status_code == 422
    assert "This flat and this payer code do not belong together" in text(page)
    assert 'value="Дача"' in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()


def test_after_five_wrong_codes_the_page_says_when_to_come_back(browser: Client, cast: Cast) -> None:
    form = {"house": cast.other_house.pk, "flat_number": "1", "payer_code": "0000000000"}
    statuses = [browser.post("/flats/add/", form).status_code for _try in range(6)]
    assert statuses == [422] * 5 + [429]
    assert "Try again in" in text(browser.post("/flats/add/", form))


@pytest.mark.parametrize(
    "form",
    [
        {}, {"house": ""}, {"house": "x", "flat_number": "1"}, {"house": "9" * 40, "flat_number": "1"},
        {"house": "1", "flat_number": "\x00"}, {"house": "1", "flat_number": "1" * 5000},
        {"house": "-1", "flat_number": "1"}, {"house": "99999999", "flat_number": "1"},
        {"house": "1", "flat_number": "<script>", "payer_code": "<script>", "title": "<script>" * 20},
    ],
)  # fmt: skip
def test_hostile_forms_get_a_page_and_change_nothing(browser: Client, form: dict[str, str]) -> None:
    before = Residency.objects.count()
    page = browser.post("/flats/add/", form)
    assert page.status_code == 422
    assert "<script>alert" not in page.content.decode()
    assert Residency.objects.count() == before


def test_what_is_typed_is_not_run(browser: Client, cast: Cast) -> None:
    page = browser.get("/flats/add/", {"search": '"><script>alert(1)</script>'})
    assert "<script>alert(1)" not in page.content.decode()


# ── One flat ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_flat_shows_its_facts_and_rights(browser: Client, cast: Cast) -> None:
    page = browser.get(f"/flats/{cast.flat.pk}/")
    shown = text(page)
    assert all(word in shown for word in ("54,30", "Жилищник Тест", "voting at owners' meetings")) or "54.30" in shown
    assert "1234567890" not in page.content.decode(), "the code is never shown whole"
    assert "••••••7890" in shown


def test_what_is_closed_says_how_to_open_it(browser: Client, cast: Cast) -> None:
    boris = text(as_(browser, cast.boris).get(f"/flats/{cast.flat.pk}/"))
    assert "This is for owners" in boris
    vera = text(as_(browser, cast.vera).get(f"/flats/{cast.second_flat.pk}/"))
    assert "enter the payer code from the bill" in vera
    assert "••••••" not in vera


def test_a_flat_page_asks_few_queries(browser: Client, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        browser.get(f"/flats/{cast.flat.pk}/")
    assert len(asked) <= PAGE_QUERIES_MAX


def test_an_operator_looks_and_has_nothing_to_change(browser: Client, cast: Cast) -> None:
    page = as_(browser, cast.olga).get(f"/flats/{cast.flat.pk}/")
    assert page.status_code == 200
    assert "Leave the flat" not in text(page)
    assert "payer" not in text(page).lower()
    assert browser.post(f"/flats/{cast.flat.pk}/leave/").status_code == 404


STRANGE = [
    ("get", "/flats/{flat}/"), ("post", "/flats/{flat}/proof/"), ("post", "/flats/{flat}/title/"),
    ("post", "/flats/{flat}/leave/"), ("post", "/flats/left/{residency}/undo/"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), STRANGE)
@pytest.mark.parametrize("who", ["gleb", "vera", "ivan"])
def test_a_stranger_hears_that_there_is_no_such_flat(
    browser: Client, cast: Cast, method: str, path: str, who: str
) -> None:
    flat = cast.flat if who != "ivan" else cast.other_flat
    residency = Residency.objects.filter(flat=flat).first()
    assert residency is not None
    address = path.format(flat=flat.pk, residency=residency.pk)
    nothing = path.format(flat=10**9, residency=10**9)
    as_(browser, getattr(cast, who))
    form = {"payer_code": "1234567890", "title": "x"}
    answers = [getattr(browser, method)(place, form) for place in (address, nothing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert text(answers[0]) == text(answers[1])
    residency.refresh_from_db()
    assert (residency.until, residency.title) == (None, "")


@pytest.mark.parametrize("flat_id", ["0", "9" * 25])
def test_a_flat_of_an_impossible_number_is_unknown(browser: Client, flat_id: str) -> None:
    assert browser.get(f"/flats/{flat_id}/").status_code == 404
    assert browser.post(f"/flats/left/{flat_id}/undo/").status_code == 404


def test_a_flat_is_proven_on_its_page(browser: Client, cast: Cast) -> None:
    as_(browser, cast.vera)
    address = f"/flats/{cast.second_flat.pk}/proof/"
    wrong = browser.post(address, {"payer_code": "1234567890"})
    assert wrong.status_code == 422
    assert "do not belong together" in text(wrong)
    assert browser.post(address, {}).status_code == 422
    assert browser.post(address, {"payer_code": "1234567891"}).status_code == 303
    assert Residency.objects.get(resident=cast.vera).proof == "payer_code"


def test_a_flat_is_named(browser: Client, cast: Cast) -> None:
    address = f"/flats/{cast.flat.pk}/title/"
    assert browser.post(address, {"title": "Дом"}).status_code == 303
    assert "Дом" in text(browser.get("/flats/"))
    assert browser.post(address, {"title": "я" * 61}).status_code == 422
    assert browser.post(address, {"title": "a\u202eb"}).status_code == 422


def test_leaving_can_be_undone_from_the_list(browser: Client, cast: Cast) -> None:
    assert browser.post(f"/flats/{cast.flat.pk}/leave/").status_code == 303
    page = browser.get("/flats/")
    residency = Residency.objects.get(resident=cast.anna)
    assert f"/flats/left/{residency.pk}/undo/" in page.content.decode()
    assert browser.get(f"/flats/{cast.flat.pk}/").status_code == 404
    assert browser.post(f"/flats/left/{residency.pk}/undo/").status_code == 303
    assert browser.get(f"/flats/{cast.flat.pk}/").status_code == 200


def test_an_old_leaving_is_not_offered(browser: Client, cast: Cast) -> None:
    past = clock.now() - timedelta(days=30)
    Residency.objects.filter(resident=cast.anna).update(since=past, until=past + timedelta(days=1), closed_by=cast.anna)
    assert "Left just now" not in text(browser.get("/flats/"))


@pytest.mark.parametrize("path", ["/flats/{flat}/leave/", "/flats/{flat}/proof/", "/flats/left/1/undo/"])
def test_writes_are_posts(browser: Client, cast: Cast, path: str) -> None:
    assert browser.get(path.format(flat=cast.flat.pk)).status_code == 405


def test_pages_speak_russian_first(client: Client, cast: Cast) -> None:
    client.force_login(cast.anna)
    shown = text(client.get(f"/flats/{cast.flat.pk}/"))
    assert "собственник" in shown
    assert House.objects.count() == 2
