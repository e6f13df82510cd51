"""The notice board in the console: found, looked at, never changed; who wrote an ad stays masked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.ads import moderated
from dvor.moderation import reports
from dvor.people.models import Resident, Role
from tests.ads.conftest import Poster, draft, photo
from tests.cast import Cast

BOARD = "/console/ads/ad/"


@pytest.fixture
def mark(at: datetime, db: None) -> Resident:
    made = Resident.objects.create(city_id="mark", first_name="Марк", last_name="Модератор", level=3)
    Role.objects.create(resident=made, name=Role.Name.MODERATOR, granted_at=at)
    return made


def read(client: Client, who: Resident, path: str, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        client.force_login(who)
        answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_an_ad_is_found_by_number_and_by_words(
    client: Client, cast: Cast, mark: Resident, post: Poster, at: datetime
) -> None:
    ad = post(draft(title="Отдам кресло", text="Скрипит <b>уютно</b>"))
    post(draft(title="Отдам шкаф"))
    for typed in (str(ad.pk), "кресла"):
        listed = read(client, mark, f"{BOARD}?q={typed}", at)
        assert "Отдам кресло" in listed and "Отдам шкаф" not in listed, typed
    assert "Отдам кресло" not in read(client, mark, f"{BOARD}?q=комод", at)
    page = read(client, mark, f"{BOARD}{ad.pk}/change/", at)
    assert "&lt;b&gt;уютно" in page and "<b>уютно" not in page


def test_who_wrote_it_is_masked_and_numbers_are_for_the_city(
    client: Client, cast: Cast, mark: Resident, post: Poster, at: datetime
) -> None:
    ad = post()
    for path in (BOARD, f"{BOARD}{ad.pk}/change/"):
        told = read(client, mark, path, at)
        assert "С••• А•••" in told and "Сергеева" not in told and "омер автора" not in told
        assert f"/resident/{cast.anna.pk}/" not in told
        assert "омер автора" in read(client, cast.olga, path, at)
    by_number = f"{BOARD}?q={cast.anna.pk}"
    assert f"{BOARD}{ad.pk}/change/" in read(client, cast.olga, by_number, at)
    if cast.anna.pk != ad.pk:
        assert f"{BOARD}{ad.pk}/change/" not in read(client, mark, by_number, at)
    assert by_number in read(client, cast.olga, f"/console/people/resident/{cast.anna.pk}/change/", at)


def test_filters_know_how_an_ad_stands(client: Client, mark: Resident, post: Poster, at: datetime) -> None:
    live, hidden, over = (post(draft(title=f"Отдам {what}")) for what in ("стол", "стул", "ковёр"))
    moderated.AD.hide(hidden.pk, at)
    over.withdrawn_at = at
    over.save(update_fields=["withdrawn_at"])
    for state, ad in (("live", live), ("hidden", hidden), ("over", over)):
        listed = read(client, mark, f"{BOARD}?state={state}", at)
        assert [one.pk for one in (live, hidden, over) if f"{BOARD}{one.pk}/change/" in listed] == [ad.pk], state
    gone = read(client, mark, f"{BOARD}?state=over", at + timedelta(days=60))
    assert f"{BOARD}{live.pk}/change/" in gone and "срок закончился" in gone


def test_an_ad_and_its_cases_lead_to_each_other(
    client: Client, cast: Cast, mark: Resident, post: Poster, at: datetime
) -> None:
    ad = post(uploads=[photo()])
    case = reports.report(moderated.AD, ad.pk, reason="spam", by=cast.vera, at=at, key="k").case
    page = read(client, mark, f"{BOARD}{ad.pk}/change/", at)
    cases = f"/console/moderation/case/?q=ad%3A{ad.pk}"
    assert cases in page and f"/ads/{ad.pk}/pictures/{ad.pictures.get().pk}/" in page
    assert f"/console/moderation/case/{case.pk}/change/" in read(client, mark, cases, at)
    assert f"{BOARD}{ad.pk}/change/" in read(client, mark, f"/console/moderation/case/{case.pk}/change/", at)
    assert "/change/" not in read(client, mark, "/console/moderation/case/?q=ad:999", at).split("result_list")[-1]
    for nonsense in ("ad:", "ad:x", ":1", "drop table", "9" * 30, "%00"):
        read(client, mark, f"/console/moderation/case/?q={nonsense}", at)


def test_it_is_not_for_companies_and_residents(client: Client, cast: Cast, post: Poster) -> None:
    ad = post()
    for who in (cast.ivan, cast.anna):
        client.force_login(who)
        assert client.get(BOARD).status_code in (302, 403)
        assert client.get(f"{BOARD}{ad.pk}/change/").status_code in (302, 403)


def test_the_list_costs_the_same_for_many(client: Client, cast: Cast, post: Poster, at: datetime) -> None:
    client.force_login(cast.olga)
    post()
    with CaptureQueriesContext(connection) as few:
        client.get(BOARD)
    for number in range(2):
        post(draft(title=f"Отдам стул {number}"), by=(cast.boris, cast.vera)[number])
    with CaptureQueriesContext(connection) as many:
        client.get(BOARD)
    assert len(many) == len(few)
