"""Settings of the stand-in acquirer: a process and a database of its own, YooKassa's HTTP API, no money at all."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from dvor.base import embedded
from dvor.demo.stand_ins.acquirer.options import chosen
from dvor.environment import Environment

ENVIRONMENT = Environment()
if not ENVIRONMENT["DVOR_DEMO"]:
    raise ImproperlyConfigured("The stand-in acquirer takes no money: it starts with DVOR_DEMO=yes only.")
SITE_URL: str = ENVIRONMENT["DVOR_SITE_URL"].rstrip("/")
OWN_URL: str = chosen.url
SHOP_ID: str = ENVIRONMENT["ACQUIRER_SHOP_ID"]
SECRET: str = ENVIRONMENT["ACQUIRER_SECRET"]
NOTIFY_URL: str = chosen.notify or f"{SITE_URL}/payments/notifications/"

SECRET_KEY = f"acquirer:{ENVIRONMENT['DVOR_SECRET_KEY']}"
DEBUG = False
ALLOWED_HOSTS = [urlsplit(OWN_URL).hostname or "127.0.0.1", *ENVIRONMENT["DVOR_HOSTS"]]
APPEND_SLASH = False

INSTALLED_APPS = ["dvor.demo.stand_ins.acquirer", "django.contrib.staticfiles", "csp"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "dvor.demo.stand_ins.acquirer.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
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
        "OPTIONS": {**_SERVER, "pool": {"min_size": 1, "max_size": 10, "timeout": 10}},
        **_DATABASE,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One host serves Dvor and the stand-ins on three ports, and cookies do not know ports: the names must differ.
CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "acquirer_csrf", "acquirer_language"
X_FRAME_OPTIONS = "DENY"


def _site_addresses() -> list[str]:
    """The site as its setting names it, and on a demo machine under both names of that machine."""
    parts = urlsplit(SITE_URL)
    twin = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}.get(parts.hostname or "")
    port = f":{parts.port}" if parts.port else ""
    return [SITE_URL] + ([urlunsplit(parts._replace(netloc=f"{twin}{port}"))] if twin else [])


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "form-action": [SELF, *_site_addresses()],  # a form's redirect counts as its target: the way back
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
    "loggers": {"django.request": {"level": "CRITICAL"}},  # a 500 on request is no failure
}
