"""Open sessions: seen, ended one by one or all others at once, never somebody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.base.refusals import Refusal
from dvor.people import queries, sessions, tokens, upkeep
from tests.cast import Cast
from tests.city_id import CityId
from tests.people.walk import sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
YANDEX = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/138.0 YaBrowser/25.8 Mobile Safari/537.36"


def test_another_browser_is_listed_and_can_be_signed_out(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-full", user_agent=FIREFOX)
    phone = Client()
    sign_in(phone, city, "test-full", user_agent=YANDEX)
    page = client.get("/profile/").content.decode()
    assert "Firefox, Linux" in page and "Яндекс Браузер, Android" in page
    other = UserSession.objects.get(user_agent=YANDEX)
    assert client.post(f"/profile/sessions/{other.pk}/end/").status_code == 303
    assert phone.get("/profile/").status_code == 302
    assert client.get("/profile/").status_code == 200


def test_all_others_are_signed_out_at_once_and_this_one_stays(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-full")
    others = [Client(), Client()]
    for other in others:
        sign_in(other, city, "test-full")
    resident = UserSession.objects.all()[0].user
    at = datetime.now(tz=UTC)  # noqa: TID251
    secret, _token = tokens.issue_to(resident, title="Телефон", at=at)
    client.post("/profile/sessions/others/end/")
    assert [other.get("/profile/").status_code for other in others] == [302, 302]
    assert tokens.resident_of(secret, at=at + timedelta(seconds=1)) is None
    assert client.get("/profile/").status_code == 200


def test_somebody_elses_session_cannot_be_ended(city: CityId, client: Client, cast: Cast, at: datetime) -> None:
    sign_in(client, city, "test-full")
    with pytest.raises(Refusal) as caught:
        sessions.close(session_id=UserSession.objects.get().pk, by=cast.gleb, at=at)
    assert caught.value.code == "session_unknown"
    stranger = Client()
    stranger.force_login(cast.gleb)
    stranger.post(f"/profile/sessions/{UserSession.objects.get().pk}/end/")
    assert client.get("/profile/").status_code == 200


def test_a_page_writes_nothing_until_an_hour_has_passed(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-full")
    with CaptureQueriesContext(connection) as seen:
        client.get("/profile/")
    assert not [query["sql"] for query in seen if query["sql"].upper().startswith(("UPDATE", "INSERT"))]
    session = client.session
    session["seen_at"] -= 3700
    session.save()
    UserSession.objects.update(last_seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    client.get("/profile/")
    assert UserSession.objects.get().last_seen_at.year > 2025
    assert UserSession.objects.get().last_seen_at > datetime(2026, 1, 2, tzinfo=UTC)


def test_expired_sessions_are_not_shown_and_are_swept_away(city: CityId, client: Client, at: datetime) -> None:
    sign_in(client, city, "test-full")
    resident = UserSession.objects.get().user
    Session.objects.update(expire_date=at - timedelta(days=1))
    assert queries.browser_sessions(resident, current_key=None, at=at) == []
    upkeep.sweep(at=at)
    assert not UserSession.objects.exists() and not Session.objects.exists()


def test_the_sweep_keeps_what_lives(cast: Cast, at: datetime) -> None:
    _secret, token = tokens.issue_to(cast.anna, title="Телефон", at=at)
    upkeep.sweep(at=token.expires_at + timedelta(days=89))
    assert cast.anna.tokens.count() == 1
    upkeep.sweep(at=token.expires_at + timedelta(days=91))
    assert cast.anna.tokens.count() == 0


@pytest.mark.parametrize(
    ("agent", "title"),
    [
        (FIREFOX, "Firefox, Linux"), (YANDEX, "Яндекс Браузер, Android"), ("", "Browser"), ("curl/8", "Browser"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("<script>alert(1)</script>", "Browser"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_a_person_knows_it(agent: str, title: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert queries.browser_title(agent) == title
