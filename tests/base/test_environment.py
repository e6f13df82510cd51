"""A wrong or missing setting stops the start with one clear line; production is safe by default."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from dvor.environment import VARIABLES, Environment

PRODUCTION = {
    "DVOR_SECRET_KEY": "s" * 40,
    "DVOR_SEALING_KEY": "k" * 40,
    "DVOR_SITE_URL": "https://dvor.example",
    "CITY_ID_CLIENT_SECRET": "c" * 40,
    "SMTP_HOST": "mail.dvor.example",
}


def test_production_needs_only_its_secrets_and_addresses() -> None:
    environment = Environment(PRODUCTION)
    assert environment["DVOR_DEBUG"] is False
    assert environment["DVOR_DEMO"] is False


@pytest.mark.parametrize("missing", sorted(PRODUCTION))
def test_a_missing_setting_is_named(missing: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=missing):
        Environment({name: value for name, value in PRODUCTION.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DVOR_DEBUG", "perhaps"),
        ("DVOR_DEBUG", "yes"),
        ("DVOR_DEMO_DATE", "2026-10-20"),
        ("DVOR_DEMO_DATE", "yesterday"),
        ("DVOR_SECRET_KEY", "short"),
        ("DVOR_POOL_MAX", "-1"),
        ("DVOR_POOL_MAX", "ten"),
        ("CITY_TIME_ZONE", "Europe/Nowhere"),
        ("DVOR_SITE_URL", "http://dvor.example"),
        ("VAPID_PRIVATE_KEY", "short"),
        ("VAPID_PRIVATE_KEY", "A" * 43),
        ("PUSH_STAND_INS", "127.0.0.1:9000"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name) as stopped:
        Environment(PRODUCTION | {name: value})
    assert "\n" not in str(stopped.value)


def test_a_secret_is_never_shown_in_the_complaint() -> None:
    with pytest.raises(ImproperlyConfigured) as stopped:
        Environment(PRODUCTION | {"DVOR_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(stopped.value)


def test_a_demo_invents_its_own_secrets() -> None:
    assert len(Environment({"DVOR_DEMO": "yes"})["DVOR_SECRET_KEY"]) >= 32


def test_each_variable_says_what_it_means() -> None:
    assert all(len(variable.meaning) > 8 for variable in VARIABLES)
    assert len({variable.name for variable in VARIABLES}) == len(VARIABLES)
