"""Settings of the stand-in city ID: a process and a database of its own, real OpenID Connect, invented persons."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from dvor.base import embedded
from dvor.demo.stand_ins.city_id import signing
from dvor.demo.stand_ins.city_id.options import chosen
from dvor.environment import Environment

ENVIRONMENT = Environment()
if not ENVIRONMENT["DVOR_DEMO"]:
    raise ImproperlyConfigured("The stand-in city ID lets everybody in as anybody: it starts with DVOR_DEMO=yes only.")
ISSUER: str = ENVIRONMENT["CITY_ID_ISSUER"].rstrip("/")
SITE_URL: str = ENVIRONMENT["DVOR_SITE_URL"].rstrip("/")
PERSONS: Path = chosen.persons
CITY = {"ru": ENVIRONMENT["CITY_NAME_RU"], "en": ENVIRONMENT["CITY_NAME_EN"]}

SECRET_KEY = f"city-id:{ENVIRONMENT['DVOR_SECRET_KEY']}"
DEBUG = False
ALLOWED_HOSTS = [urlsplit(ISSUER).hostname or "127.0.0.1", *ENVIRONMENT["DVOR_HOSTS"]]

INSTALLED_APPS = [
    "dvor.demo.stand_ins.city_id",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "dvor.demo.stand_ins.city_id.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

_SERVER = conninfo_to_dict(ENVIRONMENT["DATABASE_URL"] or embedded.ensure_running(ENVIRONMENT["DVOR_DATA"]))
_KNOWN = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
_DATABASE: dict[str, Any] = {django: str(_SERVER.pop(libpq, "")) for django, libpq in _KNOWN.items()}
MAINTENANCE_DATABASE = str(_SERVER.pop("dbname"))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": chosen.database,
        "OPTIONS": {**_SERVER, "pool": {"min_size": 1, "max_size": 5, "timeout": 10}},
        **_DATABASE,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "city_id.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "account_login"
# Only the clients' own secrets are hashed here; the default would cost half a second at each exchange of a code.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_EMAIL_VERIFICATION = "none"

IDP_OIDC_ADAPTER = "dvor.demo.stand_ins.city_id.claims.CityIdAdapter"
IDP_OIDC_PRIVATE_KEY = signing.private_key(ENVIRONMENT["DVOR_DATA"])
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 600
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

# One host serves Dvor and the stand-in on two ports, and cookies do not know ports: the names must differ.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "city_id_session", "city_id_csrf", "city_id_language"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"


def _site_addresses() -> list[str]:
    """The site as its setting names it, and on a demo machine under both names of that machine."""
    parts = urlsplit(SITE_URL)
    twins = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
    twin = twins.get(parts.hostname or "")
    port = f":{parts.port}" if parts.port else ""
    return [SITE_URL] + ([urlunsplit(parts._replace(netloc=f"{twin}{port}"))] if twin else [])


SITE_ADDRESSES = _site_addresses()
APP_SCHEME = "city.dvor.app"  # a resident's app comes back by its own scheme, or to any port of its own machine
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        # A form's redirect counts as its target, so that the way back to the site and to apps must be open.
        "form-action": [SELF, *SITE_ADDRESSES, "http://127.0.0.1:*", f"{APP_SCHEME}:"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
USE_I18N = USE_TZ = True
TIME_ZONE: str = ENVIRONMENT["CITY_TIME_ZONE"]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
