"""Bearer tokens of residents' apps: given for a fresh ID token of the city ID, once; only a fingerprint is kept."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, clock, periods, sealing, sql
from dvor.base.refusals import Refusal
from dvor.people import city_id, residents
from dvor.people.models import Resident, Token

PREFIX = "dvor_"  # lets a secret scanner recognise what leaked
SECRET_BYTES = 32
LASTS = timedelta(days=30)
ID_TOKEN_AGE_MAX = timedelta(minutes=10)
OPEN_MAX = 20  # apps of one resident


def issue(*, id_token: str, title: str, at: datetime) -> tuple[str, Token]:
    """Exchange an ID token of a resident's app for a bearer token of 30 days; its secret is shown only now.

    The ID token must be issued to the residents' app, be at most 10 minutes old, and counts once.
    Signing in by an app refreshes level, names and contacts when the ID token tells a level; one that tells none leaves
    a known resident as the last sign-in on the site left them.

    Raises:
        Refusal: ``id_token_invalid`` (401), ``id_token_used`` (409), ``resident_under_age`` (403),
            ``too_many_tokens`` (409).
        city_id.Unavailable: when the city ID's keys cannot be read.
    """
    claims = city_id.verify(id_token, audience=settings.CITY_ID["app_client_id"], at=at)
    if clock.outside(at).timestamp() - claims["iat"] > ID_TOKEN_AGE_MAX.total_seconds():
        raise city_id.invalid_id_token()
    profile = city_id.profile_of(claims)
    residents.only_adults(profile, at=at)
    known = Resident.objects.filter(city_id=profile.city_id).first() if profile.level is None else None
    with transaction.atomic():
        resident = known or residents.record(profile, language=(get_language() or "ru")[:2], at=at)
        origin = sealing.fingerprint(f"{claims['iss']} {claims.get('jti') or id_token}")
        return _open(resident, title=title, origin=origin, at=at)


def issue_to(resident: Resident, *, title: str, at: datetime) -> tuple[str, Token]:
    """A token without an ID token: for the demo, tests and measurements, where no person sits at a city ID."""
    with transaction.atomic():
        return _open(resident, title=title, origin=None, at=at)


def _open(resident: Resident, *, title: str, origin: bytes | None, at: datetime) -> tuple[str, Token]:
    living = Token.objects.filter(resident=resident, revoked_at__isnull=True, expires_at__gt=at)
    if living.count() >= OPEN_MAX:
        raise Refusal(
            "too_many_tokens",
            _("Too many apps are signed in to this account."),
            remedy=_("Sign out the ones you do not use in your profile."),
            status=409,
        )
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = Token(
        resident=resident, fingerprint=sealing.fingerprint(secret), title=title[:100], issued_at=at,
        expires_at=at + LASTS, origin=origin,
    )  # fmt: skip
    made = sql.rows(
        "people/token_issue.sql", resident_id=resident.pk, fingerprint=token.fingerprint, title=token.title, at=at,
        expires_at=token.expires_at, origin=origin,
    )  # fmt: skip
    if not made:
        raise Refusal(
            "id_token_used", _("This sign-in token was already exchanged."),
            remedy=_("Sign in with the city ID again."), status=409, field="id_token",
        )  # fmt: skip
    token.pk = made[0].id
    token._state.adding = False
    audit.record(
        act="people.token.issued", subject=f"resident:{resident.pk}", by=resident.pk, at=at, facts={"token": token.pk}
    )
    return secret, token


def resident_of(secret: str, *, at: datetime) -> Resident | None:
    """The resident whose living token this is; one statement. Nobody for an expired, revoked or unknown one."""
    found = sql.rows(
        "people/token_resident.sql", fingerprint=sealing.fingerprint(secret), at=at, day=periods.day_of(at)
    )
    return residents.of_row(found[0]) if found else None


@transaction.atomic
def revoke(*, token_id: int, by: Resident, at: datetime) -> None:
    """Sign out one app of one's own, at once.

    Raises:
        Refusal: ``token_unknown`` (404) when it is not the resident's, or is signed out already.
    """
    living = Token.objects.filter(pk=token_id, resident=by, revoked_at__isnull=True)
    if not living.update(revoked_at=at):
        raise Refusal(
            "token_unknown",
            _("This app is already signed out."),
            remedy=_("Look at the list of your apps."),
            status=404,
        )
    audit.record(act="people.token.revoked", subject=f"resident:{by.pk}", by=by.pk, at=at, facts={"token": token_id})
