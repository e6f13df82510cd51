"""Which claim tells what: mos.ru, Keycloak, and what somebody sends who means no good."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as h_settings
from hypothesis import strategies as st

from dvor.base.refusals import Refusal
from dvor.people import city_id, residents
from dvor.people.city_id import profile_of
from dvor.people.levels import Level

MOS_RU = {"sub": "g1", "FirstName": "Анна", "LastName": "Сергеева", "MiddleName": "Ивановна",
          "mail": "a@people.example", "mobile": "+70000000001", "level": "standard",
          "birthdate": "1980-02-29"}  # fmt: skip
KEYCLOAK = {"sub": "g1", "given_name": "Анна", "family_name": "Сергеева", "email": "a@people.example",
            "phone_number": "+70000000001", "level": "full"}  # fmt: skip


def test_mos_ru_and_keycloak_are_read_alike() -> None:
    ours, theirs = profile_of(MOS_RU), profile_of(KEYCLOAK)
    assert (ours.first_name, ours.last_name, ours.middle_name) == ("Анна", "Сергеева", "Ивановна")
    assert (theirs.first_name, theirs.last_name, theirs.middle_name) == ("Анна", "Сергеева", "")
    assert (ours.email, ours.mobile) == (theirs.email, theirs.mobile)
    assert (ours.level, theirs.level) == (Level.STANDARD, Level.FULL)
    assert ours.born_on == date(1980, 2, 29) and theirs.born_on is None


def test_another_city_is_settings_only(settings: Any) -> None:
    claims = {**settings.CITY_ID["claims"], "level": ["assurance"], "first_name": ["imya"]}
    settings.CITY_ID = {**settings.CITY_ID, "claims": claims, "levels": {"AL20": "full"}}
    profile = profile_of({"sub": "g1", "imya": "Анна", "assurance": "AL20"})
    assert (profile.first_name, profile.level) == ("Анна", Level.FULL)


@pytest.mark.parametrize(
    ("told", "born_on"),
    [("1980-05-06", date(1980, 5, 6)), ("06.05.1980", date(1980, 5, 6)), ("2008", date(2008, 12, 31)), ("", None),
     ("0000-05-06", None)],
)  # fmt: skip
def test_dates_of_birth_are_read_as_they_come(told: str, born_on: date | None) -> None:
    assert profile_of({"sub": "g1", "birthdate": told}).born_on == born_on


@pytest.mark.parametrize("told", ["yesterday", "1980-13-01", "31.02.1980", "19800506x", "1.2", "abcd"])
def test_an_unreadable_date_of_birth_is_not_an_age_of_eighteen(told: str) -> None:
    with pytest.raises(Refusal) as caught:
        profile_of({"sub": "g1", "birthdate": told})
    assert caught.value.code == "birthdate_unreadable"


@pytest.mark.parametrize(
    ("born_on", "admitted"),
    [("2008-10-20", True), ("2008-10-21", False), ("2008-02-29", True), ("2026-10-20", False), ("2030-01-01", False)],
)
def test_eighteen_counts_from_the_birthday(db: None, at: datetime, born_on: str, admitted: bool) -> None:
    profile = profile_of({"sub": "g1", "birthdate": born_on})
    if admitted:
        assert residents.record(profile, language="ru", at=at).pk
    else:
        with pytest.raises(Refusal):
            residents.record(profile, language="ru", at=at)


def test_somebody_born_on_29_february_is_eighteen_on_1_march(db: None) -> None:
    assert residents._years(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert residents._years(date(2008, 2, 29), date(2026, 3, 1)) == 18


@h_settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["FirstName", "LastName", "MiddleName", "mail", "mobile", "level", "given_name", "email"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=150)
        | st.lists(st.text(), max_size=2)
        | st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
    )
)
def test_any_claims_make_a_profile_that_fits_its_columns(claims: dict[str, Any]) -> None:
    profile = profile_of({**claims, "sub": "g1"})
    assert len(profile.first_name) <= 100 and len(profile.email) <= 254 and len(profile.mobile) <= 20
    assert profile.level in (None, *Level)
    assert "\x00" not in profile.first_name + profile.last_name + profile.mobile


def test_a_second_sign_in_of_one_person_at_one_moment_makes_one_resident(db: None, at: datetime) -> None:
    first = residents.record(profile_of(MOS_RU), language="ru", at=at)
    second = residents.record(profile_of({**MOS_RU, "level": "full"}), language="en", at=at)
    assert first.pk == second.pk and second.account_level is Level.FULL
    assert second.language == "ru", "the language is the resident's own choice"


def test_metadata_may_stand_in_the_settings(settings: Any) -> None:
    address = "https://login.example/sps/oauth"
    told = {"authorization_endpoint": f"{address}/ae", "token_endpoint": f"{address}/te",
            "userinfo_endpoint": f"{address}/me", "jwks_uri": f"{address}/jwks"}  # fmt: skip
    settings.CITY_ID = {**settings.CITY_ID, "issuer": "https://login.example", "metadata": told}
    assert city_id.metadata() == {"issuer": "https://login.example", **told}
    settings.CITY_ID = {**settings.CITY_ID, "metadata": {"token_endpoint": f"{address}/te"}}
    with pytest.raises(city_id.Unavailable):
        city_id.metadata()
