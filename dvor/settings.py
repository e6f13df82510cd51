"""Django settings: one file, safe by default; what differs between machines is in ``environment.py``."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from dvor.base import embedded, logs
from dvor.environment import Environment

ENVIRONMENT = Environment()
ROOT = Path(__file__).resolve().parent.parent
DATA = ENVIRONMENT["DVOR_DATA"]
DEMO: bool = ENVIRONMENT["DVOR_DEMO"]
DEMO_FLATS: int = ENVIRONMENT["DVOR_DEMO_FLATS"]
DEMO_MONTHS: int = ENVIRONMENT["DVOR_DEMO_MONTHS"]
DEBUG: bool = ENVIRONMENT["DVOR_DEBUG"]

SECRET_KEY = ENVIRONMENT["DVOR_SECRET_KEY"]
SEALING_KEY = ENVIRONMENT["DVOR_SEALING_KEY"]
ALLOWED_HOSTS = ENVIRONMENT["DVOR_HOSTS"]
SITE_URL: str = ENVIRONMENT["DVOR_SITE_URL"].rstrip("/")
HTTPS = urlsplit(SITE_URL).scheme == "https"

# ── The city: shown on every page ────────────────────────────────────────────────────────────────────────────────
CITY = {
    "name_ru": ENVIRONMENT["CITY_NAME_RU"],
    "name_en": ENVIRONMENT["CITY_NAME_EN"],
    "emergency_phone": ENVIRONMENT["CITY_EMERGENCY_PHONE"],
    "hotline_phone": ENVIRONMENT["CITY_HOTLINE_PHONE"],
    "email": ENVIRONMENT["CITY_EMAIL"],
}

# ── Packages, lowest floor first (see ARCHITECTURE.md) ────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "dvor.base",
    "dvor.people",
    "dvor.notices",
    "dvor.homes",
    "dvor.ledger",
    "dvor.feed",
    "dvor.moderation",
    "dvor.chats",
    "dvor.points",
    "dvor.ads",
    "dvor.meters",
    "dvor.rewards",
    "dvor.polls",
    "dvor.invites",
    "dvor.bills",
    "dvor.payments",
    "dvor.settlements",
    "dvor.figures",
    "dvor.web",
    "dvor.api",
    "dvor.console",
    "dvor.demo",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "dvor.base.watching.AccessLog",
    "django.middleware.security.SecurityMiddleware",
    "dvor.api.lane.ApiLane",
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
    "dvor.people.middleware.SessionActivity",
    "dvor.invites.middleware.Invited",
    "django_htmx.middleware.HtmxMiddleware",
    "dvor.web.middleware.Manners",
]

PROXIES: int = ENVIRONMENT["DVOR_PROXIES"]
API_RATE_MAX: int = ENVIRONMENT["DVOR_API_RATE_MAX"]

ROOT_URLCONF = "dvor.urls"
WSGI_APPLICATION = "dvor.wsgi.application"
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
                "dvor.web.context.shell",
            ],
        },
    },
]

# ── The operators' console ───────────────────────────────────────────────────────────────────────────────────────
UNFOLD = {
    "SITE_TITLE": _("Dvor console"),
    "SITE_HEADER": _("Dvor console"),
    "SITE_SYMBOL": "home_work",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {  # the green of the site, from light to dark
        "primary": {
            "50": "#f1f7f2",
            "100": "#dcebdd",
            "200": "#bcd8c4",
            "300": "#8fbda2",
            "400": "#5f9d7e",
            "500": "#3d8063",
            "600": "#1d5b43",
            "700": "#194e3a",
            "800": "#134431",
            "900": "#0f3628",
            "950": "#08211a",
        }
    },
}

# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────
DATABASE_URL: str = ENVIRONMENT["DATABASE_URL"] or embedded.ensure_running(DATA)


def _database(url: str) -> dict[str, Any]:
    """Django's shape of a libpq URL; every unknown part goes to libpq as an option."""
    parts = conninfo_to_dict(url)
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    settings: dict[str, Any] = {django: str(parts.pop(libpq, "")) for django, libpq in known.items()}
    pool = {"min_size": 1, "max_size": ENVIRONMENT["DVOR_POOL_MAX"], "timeout": 10}
    return {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {**parts, "pool": pool}, **settings}


DATABASES = {"default": _database(DATABASE_URL)}
PREPARED_STATEMENTS: bool = ENVIRONMENT["DVOR_PREPARED"]
LIVE_WAITERS: int = ENVIRONMENT["DVOR_LIVE_WAITERS"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
JOBS_KEPT_DAYS: int = ENVIRONMENT["DVOR_JOBS_KEPT_DAYS"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # each package's jobs.py, imported when the apps are ready

# ── People: no passwords of our own, only the city ID ─────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "people.Resident"
AUTHENTICATION_BACKENDS = ["dvor.people.sign_in.CityIdBackend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
CITY_ID: dict[str, Any] = {
    "issuer": ENVIRONMENT["CITY_ID_ISSUER"].rstrip("/"),
    "app_client_id": ENVIRONMENT["CITY_ID_APP_CLIENT_ID"],
    "metadata": ENVIRONMENT["CITY_ID_METADATA"],
    # Our name of a fact → the claims that may tell it, first one first: mos.ru (СУДИР), then OpenID Connect.
    "claims": {
        "first_name": ["FirstName", "given_name"],
        "middle_name": ["MiddleName", "middle_name"],
        "last_name": ["LastName", "family_name"],
        "email": ["mail", "email"],
        "mobile": ["mobile", "phone_number"],
        "level": ["level"],
        "birthdate": ["birthdate", "birthday"],
        **{name: told for name, told in ENVIRONMENT["CITY_ID_CLAIMS"].items() if name != "levels"},
    },
    # The city ID's word for a level → ours; a word that nobody knows is the lowest level.
    "levels": ENVIRONMENT["CITY_ID_CLAIMS"].get("levels", {}),
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city-id",
                "name": "city ID",
                "client_id": ENVIRONMENT["CITY_ID_CLIENT_ID"],
                "secret": ENVIRONMENT["CITY_ID_CLIENT_SECRET"],
                "settings": {"server_url": CITY_ID["issuer"], "scope": ENVIRONMENT["CITY_ID_SCOPES"]},
            }
        ],
    }
}
SOCIALACCOUNT_ADAPTER = "dvor.people.sign_in.CityIdAdapter"
SOCIALACCOUNT_ONLY = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
ACCOUNT_ADAPTER = "dvor.people.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS, ACCOUNT_SIGNUP_FIELDS = {"email"}, ["email*"]  # no such page is mounted; its checks still run
ACCOUNT_EMAIL_VERIFICATION = "none"
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT["DVOR_PROXIES"]
USERSESSIONS_TRACK_ACTIVITY = False  # it writes at each request; people.middleware does it once an hour
SESSION_COOKIE_AGE = 14 * 24 * 3600

# ── Payments: no shop, no payments ───────────────────────────────────────────────────────────────────────────────
ACQUIRER: dict[str, Any] = {
    "url": ENVIRONMENT["ACQUIRER_URL"].rstrip("/"),
    "shop_id": ENVIRONMENT["ACQUIRER_SHOP_ID"],
    "secret": ENVIRONMENT["ACQUIRER_SECRET"],
    "webhook_addresses": ENVIRONMENT["ACQUIRER_WEBHOOK_ADDRESSES"],
}

# ── Safe by default ──────────────────────────────────────────────────────────────────────────────────────────────
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if ENVIRONMENT["DVOR_PROXIES"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
# A form's redirect counts as its target: signing in posts here and goes on to the city ID.
CITY_ID_ORIGINS = sorted(
    {
        "{0.scheme}://{0.netloc}".format(urlsplit(address))
        for address in (CITY_ID["issuer"], CITY_ID["metadata"].get("authorization_endpoint", ""))
        if address
    }
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *CITY_ID_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "dvor.web.errors.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# ── Languages, times ─────────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = "dvor.base.formats"
TIME_ZONE: str = ENVIRONMENT["CITY_TIME_ZONE"]
# Whole days between the real clock and the one that a demo lives on; zero in production (environment.py sees to it).
CLOCK_SHIFT = timedelta(
    days=(ENVIRONMENT["DVOR_DEMO_DATE"] - date.today()).days  # noqa: DTZ011 whole days, any zone
    if ENVIRONMENT["DVOR_DEMO_DATE"]
    else 0
)
LANGUAGE_COOKIE_NAME = "language"

# ── Static files, mail, push, log ────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = DATA.resolve() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

DEFAULT_FROM_EMAIL = ENVIRONMENT["MAIL_FROM"]
if ENVIRONMENT["SMTP_HOST"]:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = ENVIRONMENT["SMTP_HOST"], ENVIRONMENT["SMTP_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENVIRONMENT["SMTP_USER"], ENVIRONMENT["SMTP_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_TIMEOUT = ENVIRONMENT["SMTP_TLS"], 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA.resolve() / "mail"

PUSH_KEY: str = ENVIRONMENT["VAPID_PRIVATE_KEY"]
PUSH_STAND_INS: list[str] = ENVIRONMENT["PUSH_STAND_INS"]

LOGGING = logs.configured(ENVIRONMENT["DVOR_LOG_LEVEL"])
