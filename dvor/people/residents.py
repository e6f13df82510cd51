"""Residents come and go: the city ID brings them, they may ask to be forgotten, and after 30 days they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, periods, sql
from dvor.base.refusals import Refusal
from dvor.people import sessions
from dvor.people.city_id import Profile
from dvor.people.levels import Level
from dvor.people.models import Resident, Token

ADULT_YEARS = 18
ERASED_AFTER = timedelta(days=30)
_ERASED_AT_ONCE = 200

Eraser = Callable[..., None]
_erasers: list[Eraser] = []


def on_erase(eraser: Eraser) -> None:
    """Let a package above erase what it keeps of a person: ``eraser(resident_ids=[…], at=…)``, in our transaction.

    Call it in ``AppConfig.ready``. What stays must not tell who the person was.
    """
    if eraser not in _erasers:
        _erasers.append(eraser)


def record(profile: Profile, *, language: str, at: datetime) -> Resident:
    """Take over what the city ID tells: a new resident, or the refreshed names, contacts and level of a known one.

    A profile without a level is a simplified account. ``language`` is where a new resident starts.

    Raises:
        Refusal: ``resident_under_age`` (403) for someone younger than 18 (rules of the source city: adults only).
    """
    only_adults(profile, at=at)
    return of_row(
        sql.row(
            "people/record.sql",
            city_id=profile.city_id,
            first_name=profile.first_name,
            middle_name=profile.middle_name,
            last_name=profile.last_name,
            email=profile.email,
            mobile=profile.mobile,
            level=profile.level or Level.SIMPLIFIED,
            language=language,
            at=at,
        )
    )


def only_adults(profile: Profile, *, at: datetime) -> None:
    """Turn away who is younger than 18 today; a profile without a date of birth is the city ID's word for an adult."""
    if profile.born_on and _years(profile.born_on, periods.day_of(at)) < ADULT_YEARS:
        raise Refusal(
            "resident_under_age",
            _("Dvor is for residents aged 18 and older."),
            remedy=_("Ask a parent to sign in for your home. We have kept nothing about you."),
            status=403,
        )


def of_row(row: Any) -> Resident:
    """The resident of a row that has all columns of ``people_resident`` and ``has_role``; no query of its own."""
    values = row._asdict()
    has_role = values.pop("has_role")
    names = [field.attname for field in Resident._meta.concrete_fields]
    resident = Resident.from_db("default", names, [values[name] for name in names])
    resident.__dict__["has_role"] = has_role  # see Resident.is_staff
    return resident


def choose_language(*, language: str, by: Resident) -> None:
    """The language of mails, and of pages after the next sign-in.

    Raises:
        Refusal: ``language_unknown`` when Dvor does not speak it.
    """
    if language not in dict(settings.LANGUAGES):
        raise Refusal("language_unknown", _("Dvor does not speak this language."), field="language")
    Resident.objects.filter(pk=by.pk).update(language=language)
    by.language = language


@transaction.atomic
def request_deletion(*, by: Resident, at: datetime) -> datetime:
    """Ask to be forgotten; the moment from which that may happen. Asking twice keeps the first day.

    Raises:
        Refusal: ``role_active`` (409) while the resident works here as an operator.
    """
    resident = Resident.objects.select_for_update().get(pk=by.pk)
    if resident.roles.filter(revoked_at__isnull=True).exists():
        raise Refusal(
            "role_active",
            _("You work here as an operator: somebody has to take over your role first."),
            remedy=_("Ask a city operator to revoke your roles, then come back."),
            status=409,
        )
    if resident.deletion_requested_at is None:
        resident.deletion_requested_at = at
        resident.save(update_fields=["deletion_requested_at"])
        audit.record(act="people.resident.deletion_requested", subject=f"resident:{by.pk}", by=by.pk, at=at)
    by.deletion_requested_at = resident.deletion_requested_at
    return resident.deletion_requested_at + ERASED_AFTER


@transaction.atomic
def withdraw_deletion(*, by: Resident, at: datetime) -> None:
    """Stay after all; nothing happens when nothing was asked."""
    waiting = Resident.objects.filter(pk=by.pk, deletion_requested_at__isnull=False, deleted_at__isnull=True)
    if waiting.update(deletion_requested_at=None):
        audit.record(act="people.resident.deletion_withdrawn", subject=f"resident:{by.pk}", by=by.pk, at=at)
    by.deletion_requested_at = None


def erase(*, at: datetime) -> int:
    """Forget everybody who asked 30 days ago: personal data, sessions, tokens; how many were forgotten.

    The row stays without a person in it, because the ledger's rows, which nobody may change, point to it.
    Source: Federal Law 152-FZ, article 21, part 5 (30 days after consent is withdrawn).
    """
    count = 0
    while ids := _erase_some(at):
        count += len(ids)
    return count


@transaction.atomic
def _erase_some(at: datetime) -> list[int]:
    due = Resident.objects.filter(deletion_requested_at__lte=at - ERASED_AFTER, deleted_at__isnull=True)
    locked = due.select_for_update(skip_locked=True).order_by("pk")
    ids = list(locked.values_list("pk", flat=True)[:_ERASED_AT_ONCE])
    if not ids:
        return []
    for eraser in _erasers:
        eraser(resident_ids=ids, at=at)
    sessions.erase(ids)
    Token.objects.filter(resident__in=ids).delete()
    Resident.objects.filter(pk__in=ids).update(
        city_id=Concat(Value("erased:"), Cast(F("pk"), CharField())),
        first_name="", middle_name="", last_name="", email="", mobile="",
        level=Level.SIMPLIFIED, last_login=None, deleted_at=at,
    )  # fmt: skip
    for resident_id in ids:
        audit.record(act="people.resident.erased", subject=f"resident:{resident_id}", by=None, at=at)
    return ids


def _years(born_on: date, today: date) -> int:
    """Full years of age; someone born on 29 February has them on 1 March."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
