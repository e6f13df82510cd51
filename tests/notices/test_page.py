from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.base import clock
from dvor.notices import facts, queries, subscriptions
from dvor.notices.kinds import FactKind
from dvor.notices.models import Notice, Preference
from dvor.people.models import Resident
from tests.cast import Cast
from tests.notices.conftest import fact


def signed_in(client: Client, resident: Resident) -> Client:
    client.force_login(resident)
    return client


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="wanted" value="([^"]+)" checked', page))


@pytest.mark.parametrize("path", ["/notifications/", "/notifications/preferences/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={path}")
    assert client.post("/notifications/read/").status_code in {302, 303}


def test_nothing_told_yet_is_said_kindly(client: Client, cast: Cast) -> None:
    page = signed_in(client, cast.anna).get("/notifications/").content.decode()
    assert 'class="empty"' in page


def test_notices_stand_by_day_with_unread_ones_highlighted(
    client: Client, cast: Cast, at: datetime, event: FactKind, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    facts.tell([fact(event, cast.anna.pk, "old")], at=at - timedelta(days=2))
    Notice.objects.update(read_at=at)
    facts.tell([fact(event, cast.anna.pk, str(key), "/meters/") for key in range(5)], at=at)
    facts.tell([fact(event, cast.boris.pk)], at=at)
    signed_in(client, cast.anna)
    with django_assert_max_num_queries(6):  # session, resident, session list, notices, unread and balance of the shell
        page = client.get("/notifications/").content.decode()
    assert page.count('id="notice-') == 6
    assert page.count("card--accent") == 5
    assert page.index("20 октября 2026") < page.index("18 октября 2026")
    assert "A &amp; B" in page  # what came from data is escaped
    assert 'name="go"' in page


def test_opening_a_notice_marks_it_read_and_goes_on(client: Client, cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk, url="/meters/7/")], at=at)
    address = f"/notifications/{Notice.objects.get().pk}/read/"
    signed_in(client, cast.anna)
    opened = client.post(address, {"go": "on"})
    assert (opened.status_code, opened["Location"]) == (303, "/meters/7/")
    assert queries.unread(cast.anna.pk) == 0
    assert client.post(address)["Location"] == "/notifications/"
    assert client.get(address).status_code == 405


def test_all_are_marked_read_at_once(client: Client, cast: Cast, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk, str(key)) for key in range(3)], at=clock.now())
    assert signed_in(client, cast.anna).post("/notifications/read/").status_code == 303
    assert queries.unread(cast.anna.pk) == 0


def test_a_notice_of_a_neighbour_does_not_exist(client: Client, cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk)], at=at)
    answer = signed_in(client, cast.boris).post(f"/notifications/{Notice.objects.get().pk}/read/")
    assert answer.status_code == 404
    assert queries.unread(cast.anna.pk) == 1


@pytest.mark.parametrize("before", ["", "x", "-1", "0", "9" * 40, "1 or 1=1", "%00"])
def test_a_strange_cursor_is_no_error(client: Client, cast: Cast, before: str) -> None:
    assert signed_in(client, cast.anna).get("/notifications/", {"before": before}).status_code == 200


def test_choices_are_kept(client: Client, cast: Cast, event: FactKind, quiet: FactKind) -> None:
    signed_in(client, cast.anna)
    page = client.get("/notifications/preferences/").content.decode()
    assert ticked(page) == {"tests.event:page", "tests.event:mail", "tests.quiet:page"}
    answer = client.post("/notifications/preferences/", {"wanted": ["tests.quiet:page", "tests.quiet:mail"]})
    assert answer.status_code == 303
    page = client.get("/notifications/preferences/").content.decode()
    assert ticked(page) == {"tests.quiet:page", "tests.quiet:mail"}


def test_a_link_of_a_mail_asks_first_and_then_ends_the_mails_without_signing_in(
    cast: Cast, event: FactKind, at: datetime
) -> None:
    client = Client(enforce_csrf_checks=True)
    address = f"/notifications/unsubscribe/{subscriptions.sign(resident_id=cast.anna.pk, kind=event.code)}/"
    assert "Событие" in client.get(address).content.decode()
    assert not Preference.objects.exists()  # a mail scanner opened it
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    facts.tell([fact(event, cast.anna.pk)], at=at)
    assert not Notice.objects.get().by_mail
    assert client.get("/notifications/unsubscribe/forged/").status_code == 404
